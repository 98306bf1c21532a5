import { z } from 'zod';
import { MiddleError } from '@middle/core/errors.ts';

/** Where a page begins, as an opaque text. It is checked like any other input when it comes back. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws MiddleError request_invalid */
export function decodeCursor<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    raw = undefined;
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success || !isStorable(text, raw)) {
    throw new MiddleError('request_invalid', 'the cursor in “after” is not one of this list', {
      hint: 'Give the `next` of the page before, unchanged, or leave it out to begin again.',
      data: { errors: [{ path: 'query.after', message: 'not a cursor of this list' }] },
    });
  }
  return parsed.data;
}

/** One text per position: a cursor that decodes to the same in another spelling was made up. */
function isStorable(text: string, raw: unknown): boolean {
  return encodeCursor(raw) === text && !JSON.stringify(raw).includes(String.raw`\u0000`);
}

/** Cursors of lists ordered by a UUID. */
export const idCursor = z.uuid();

export function afterId(text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodeCursor(idCursor, text);
}

/**
 * Cuts rows, of which one more than the limit was asked for, into a page.
 * @param position of a row in the order of the list
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => unknown,
): { items: readonly Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}
