import sql, { join } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';

/** A stretch of time in which executions were queued. */
export interface Window {
  /** Null: from the beginning. */
  readonly from: Date | null;
  /** Null: up to now, and later, where clocks differ. */
  readonly to: Date | null;
  /** Everything in it may be looked at. */
  readonly isShort: boolean;
}

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const LENGTHS = [10 * MINUTE, 2 * 60 * MINUTE, DAY, 4 * DAY, 12 * DAY];

/**
 * Windows to search for words in, newest first, each several times as long as the one before. An index of words gives
 * its rows in no order: of a word that is everywhere, the short windows find a page before the long ones are read; of
 * one that is rare, even the longest is read at once.
 * @param after the id of an execution behind which the search begins
 */
export function* windowsBack(
  filter: { readonly from?: Date | undefined; readonly to?: Date | undefined },
  after: string | undefined,
  now = new Date(),
): Generator<Window> {
  const begin = Math.min(
    now.getTime(),
    filter.to?.getTime() ?? Infinity,
    after === undefined ? Infinity : momentOf(after),
  );
  const end = filter.from?.getTime() ?? -Infinity;
  let to: Date | null = null;
  for (const length of LENGTHS) {
    const from = new Date(Math.max(0, begin - length));
    yield { from, to, isShort: to === null };
    if (from.getTime() <= end) return;
    to = from;
  }
  yield { from: null, to, isShort: false };
}

/** As a condition on an execution's id, which begins with the moment. */
export function within({ from, to }: Pick<Window, 'from' | 'to'>): Sql {
  return join(
    [
      sql`true`,
      ...(from === null ? [] : [sql`id >= middle.uuid_at(${from})`]),
      ...(to === null ? [] : [sql`id < middle.uuid_at(${to})`]),
    ],
    ' and ',
  );
}

/** Milliseconds since 1970 that a UUIDv7 begins with. */
function momentOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
