import { wrongCursor } from './cursor.ts';
import type { Cursor, Total } from './cursor.ts';
import type { Condition } from './filters.ts';
import type { OpenSet } from './reader.ts';
import type { ParsedText } from './text.ts';

/** A query with what its statements share. */
export interface Plan {
  readonly sets: readonly OpenSet[];
  readonly text: ParsedText;
  readonly asTyped: string;
  readonly conditions: readonly Condition[];
  readonly limit: number;
  readonly cursor: Cursor | null;
}

export interface Hit {
  readonly recordSet: number;
  readonly id: string;
}

/** A page of hits and how to go on after it; `next` lacks the total, which is the same on each page. */
export interface Found {
  readonly hits: readonly Hit[];
  readonly next: ((total: Total) => Cursor) | null;
}

/** `from` and `where` of all matches of a plan in one set, with the time check on each row. */
export function matches(plan: Plan, more: readonly Condition[] = []): Condition {
  const { match } = plan.text;
  // The words first, then the documents they lead to: `cross join` keeps SQLite from turning it around.
  const from =
    match === null
      ? 'from doc where in_time()'
      : 'from fts cross join doc on doc.rowid = fts.rowid where fts match ? and in_time()';
  const all = [...plan.conditions, ...more];
  return {
    text: [from, ...all.map(({ text }) => `(${text})`)].join(' and '),
    values: [...(match === null ? [] : [match]), ...all.flatMap(({ values }) => values)],
  };
}

/** In the order of writing, the last first; one set after the other. */
export function listedPage(plan: Plan): Found {
  const { cursor } = plan;
  if (cursor !== null && cursor.mode !== 'listed') throw wrongCursor();
  const hits: Hit[] = [];
  let place = { set: cursor?.set ?? 0, row: cursor?.row ?? Number.MAX_SAFE_INTEGER };
  for (let index = place.set; index < plan.sets.length; index += 1) {
    const set = plan.sets[index];
    if (set === undefined) break;
    const below = index === place.set ? place.row : Number.MAX_SAFE_INTEGER;
    const rowid = plan.text.match === null ? 'doc.rowid' : 'fts.rowid';
    const conditions: Condition[] = [{ text: `${rowid} < ?`, values: [below] }];
    // The record whose id is the text was the first of the ranked ones.
    if (plan.text.match !== null) conditions.push({ text: 'doc.id <> ?', values: [plan.asTyped] });
    const found = matches(plan, conditions);
    const wanted = plan.limit + 1 - hits.length;
    const rows = set.all(`select doc.rowid as row, doc.id ${found.text} order by ${rowid} desc limit ?`, [
      ...found.values,
      wanted,
    ]);
    for (const row of rows) {
      if (hits.length === plan.limit) {
        const end = place;
        return { hits, next: (total) => ({ mode: 'listed', ...end, total }) };
      }
      hits.push({ recordSet: set.recordSet, id: String(row['id']) });
      place = { set: index, row: Number(row['row']) };
    }
  }
  return { hits, next: null };
}
