import type { SQLInputValue } from 'node:sqlite';
import { MiddleError } from '@middle/core/errors.ts';
import { SEARCH_LIMITS } from '../../ports/search.ts';
import type { SearchPage, SearchQuery } from '../../ports/search.ts';
import { formatCursor, parseCursor, wrongCursor } from './cursor.ts';
import type { Total } from './cursor.ts';
import { conditionOf } from './filters.ts';
import type { Condition } from './filters.ts';
import { listedPage, matches } from './plan.ts';
import type { Found, Plan } from './plan.ts';
import { rankedPage } from './ranked.ts';
import type { IndexReader, OpenSet } from './reader.ts';
import { keySql, labelOf } from './stored.ts';
import { parseText } from './text.ts';

/** Counting may take this long; then the total is what was counted, and not exact. */
const COUNT_MILLISECONDS = 300;

export function runQuery(reader: IndexReader, query: SearchQuery): SearchPage {
  const single = query.recordSets.length === 1;
  if (!single && (query.filters.length > 0 || query.sort !== null)) {
    throw new MiddleError('request_invalid', 'filters and sort need exactly one record set');
  }
  if (query.recordSets.length > SEARCH_LIMITS.recordSets) {
    throw new MiddleError(
      'request_invalid',
      `a search covers at most ${SEARCH_LIMITS.recordSets} record sets`,
    );
  }
  const text = parseText(query.text);
  const cursor = query.after === null ? null : parseCursor(query.after);
  const nothing: SearchPage = { hits: [], next: null, total: { count: 0, exact: true } };
  // A text without any word, such as "---", matches nothing.
  if (text.match === null && query.text.trim() !== '') return nothing;

  return reader.query(() => {
    const sets = query.recordSets.map((recordSet) => reader.set(recordSet)).filter((set) => set !== null);
    const [first] = sets;
    if (first === undefined) return nothing;
    const plan: Plan = {
      sets,
      text,
      asTyped: query.text.trim(),
      conditions: query.filters.map(conditionOf),
      limit: Math.max(1, Math.min(query.limit, SEARCH_LIMITS.pageMax)),
      cursor,
    };
    for (const { attribute } of query.filters) reader.want(first, labelOf(attribute));
    if (query.sort !== null) reader.want(first, labelOf(query.sort.attribute));

    const { hits, next } =
      query.sort !== null
        ? sortedPage(plan, first, query.sort)
        : text.match === null
          ? listedPage(plan)
          : rankedPage(plan);
    const total = cursor?.total ?? countOf(reader, plan);
    return { hits, next: next === null ? null : formatCursor(next(total)), total };
  });
}

/** By an attribute's key; documents without one come last. */
function sortedPage(plan: Plan, set: OpenSet, sort: NonNullable<SearchQuery['sort']>): Found {
  const { cursor } = plan;
  if (cursor !== null && cursor.mode !== 'sorted') throw wrongCursor();
  const key = keySql(labelOf(sort.attribute));
  const after = sort.direction === 'asc' ? '>' : '<';
  const select = (where: Condition, order: string, limit: number) => {
    const found = matches(plan, [where]);
    return set.all(`select doc.rowid as row, doc.id, ${key} as key ${found.text} order by ${order} limit ?`, [
      ...found.values,
      limit,
    ]);
  };
  const keyed: Condition =
    cursor?.key === undefined || cursor.key === null
      ? { text: `${key} is not null`, values: [] }
      : {
          text: `${key} ${after}= ? and (${key} ${after} ? or doc.rowid ${after} ?)`,
          values: [cursor.key, cursor.key, cursor.row],
        };
  const rows =
    cursor !== null && cursor.key === null
      ? []
      : [...select(keyed, `${key} ${sort.direction}, doc.rowid ${sort.direction}`, plan.limit + 1)];
  if (rows.length <= plan.limit) {
    const row: SQLInputValue = cursor !== null && cursor.key === null ? cursor.row : -1;
    rows.push(
      ...select(
        { text: `${key} is null and doc.rowid > ?`, values: [row] },
        'doc.rowid',
        plan.limit + 1 - rows.length,
      ),
    );
  }
  const page = rows.slice(0, plan.limit);
  const hits = page.map((row) => ({ recordSet: set.recordSet, id: String(row['id']) }));
  const last = page.at(-1);
  if (rows.length <= plan.limit || last === undefined) return { hits, next: null };
  const lastKey = typeof last['key'] === 'string' || typeof last['key'] === 'number' ? last['key'] : null;
  return { hits, next: (total) => ({ mode: 'sorted', key: lastKey, row: Number(last['row']), total }) };
}

function countOf(reader: IndexReader, plan: Plan): Total {
  let count = 0;
  const exact = reader.within(
    COUNT_MILLISECONDS,
    () => {
      for (const set of plan.sets) {
        count +=
          plan.text.match === null && plan.conditions.length === 0
            ? set.live
            : countMatches(plan, set, count);
        if (count > SEARCH_LIMITS.countCap) return false;
      }
      return true;
    },
    () => false,
  );
  return { count: Math.min(count, SEARCH_LIMITS.countCap), exact };
}

function countMatches(plan: Plan, set: OpenSet, counted: number): number {
  const found = matches(plan);
  const [row] = set.all(`select count(*) as matches from (select 1 ${found.text} limit ?)`, [
    ...found.values,
    SEARCH_LIMITS.countCap + 1 - counted,
  ]);
  return Number(row?.['matches'] ?? 0);
}
