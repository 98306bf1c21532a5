import { MiddleError } from '@middle/core/errors.ts';

/**
 * Where a page ended. `listed`: in the order of writing, of the set at place `set`. `sorted`: at a key, or among the
 * nulls. `ranked`: at a score within the window of matches that were ranked (of one record set: rows `bottom` to
 * `top`, below which the rest follows as `listed`).
 */
export type Cursor =
  | { readonly mode: 'listed'; readonly set: number; readonly row: number; readonly total: Total }
  | {
      readonly mode: 'sorted';
      readonly key: string | number | null;
      readonly row: number;
      readonly total: Total;
    }
  | {
      readonly mode: 'ranked';
      readonly score: number;
      readonly updatedAt: number;
      readonly set: number;
      readonly row: number;
      readonly top: number;
      readonly bottom: number;
      readonly total: Total;
    };

export interface Total {
  readonly count: number;
  readonly exact: boolean;
}

export function formatCursor(cursor: Cursor): string {
  const { total } = cursor;
  const counted = [total.count, total.exact ? 1 : 0];
  const place =
    cursor.mode === 'listed'
      ? [cursor.set, cursor.row]
      : cursor.mode === 'sorted'
        ? [cursor.key, cursor.row]
        : [cursor.score, cursor.updatedAt, cursor.set, cursor.row, cursor.top, cursor.bottom];
  return Buffer.from(JSON.stringify([cursor.mode[0], ...counted, ...place])).toString('base64url');
}

export function parseCursor(text: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parsed)) {
      const [mode, count, exact, ...place] = parsed as unknown[];
      const total = { count: whole(count), exact: exact === 1 };
      if (mode === 'l' && place.length === 2) {
        return { mode: 'listed', set: whole(place[0]), row: whole(place[1]), total };
      }
      if (mode === 's' && place.length === 2) {
        return { mode: 'sorted', key: keyValue(place[0]), row: whole(place[1]), total };
      }
      if (mode === 'r' && place.length === 6) {
        const [score = 0, updatedAt = 0, set = 0, row = 0, top = 0, bottom = 0] = place.map(whole);
        return { mode: 'ranked', score, updatedAt, set, row, top, bottom, total };
      }
    }
  } catch {
    // Falls through: what can't be read is as wrong as any other text.
  }
  throw wrongCursor();
}

export const wrongCursor = (): MiddleError =>
  new MiddleError('request_invalid', 'the cursor is not one this search gave', {
    hint: 'Start from the first page.',
  });

function whole(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrongCursor();
}

function keyValue(value: unknown): string | number | null {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw wrongCursor();
}
