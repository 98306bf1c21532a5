import { wrongCursor } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { listedPage, matches } from './plan.ts';
import type { Found, Plan } from './plan.ts';
import { scoreOf } from './rank.ts';
import type { OpenSet, Row } from './reader.ts';

/**
 * So many matches, the last written of each set, are ranked; in one record set the rest follow in the order of
 * writing. Ranking all matches of a common word in a million records would take a second instead of milliseconds.
 */
const RANKED_MATCHES = 1_000;
const RANKED_PER_SET_LEAST = 20;

interface Candidate {
  readonly recordSet: number;
  readonly id: string;
  readonly row: number;
  readonly score: number;
  readonly updatedAt: number;
}

type RankedCursor = Extract<Cursor, { mode: 'ranked' }>;

export function rankedPage(plan: Plan): Found {
  const { cursor } = plan;
  if (cursor?.mode === 'sorted') throw wrongCursor();
  if (cursor?.mode === 'listed') return listedPage(plan);
  const alone = plan.sets.length === 1;
  const perSet = Math.max(RANKED_PER_SET_LEAST, Math.ceil(RANKED_MATCHES / plan.sets.length));
  const candidates: Candidate[] = [];
  const named: Candidate[] = [];
  let full = false;
  for (const set of plan.sets) {
    const found = candidatesOf(plan, set, perSet, alone ? cursor : null);
    full ||= found.length >= perSet;
    candidates.push(...found);
    if (found.length >= perSet && cursor === null) {
      named.push(...namedOf(plan, set).filter(({ id }) => found.every((other) => other.id !== id)));
    }
  }
  // Of one set the window stays where the first page found it, whatever is written meanwhile.
  const rows = candidates.map(({ row }) => row);
  const top = cursor?.top ?? maximum(rows);
  const bottom = cursor?.bottom ?? (full ? minimum(rows) : 0);

  const ordered = [...named, ...candidates]
    .sort(byRank)
    .filter((place) => cursor === null || byRank(cursorPlace(cursor), place) < 0);
  const page = ordered.slice(0, plan.limit);
  const hits = page.map(({ recordSet, id }) => ({ recordSet, id }));
  const last = page.at(-1);
  if (ordered.length > plan.limit && last !== undefined) {
    const { score, updatedAt, recordSet, row } = last;
    return {
      hits,
      next: (total) => ({ mode: 'ranked', score, updatedAt, set: recordSet, row, top, bottom, total }),
    };
  }
  // Below the window of one set the rest follows; several sets end here.
  return {
    hits,
    next: alone && bottom > 0 ? (total) => ({ mode: 'listed', set: 0, row: bottom, total }) : null,
  };
}

const COLUMNS = `doc.rowid as row, doc.id, doc.updated_at, json_extract(doc.data, '$.k') as keys`;

function candidatesOf(plan: Plan, set: OpenSet, limit: number, window: RankedCursor | null): Candidate[] {
  const within =
    window === null ? [] : [{ text: 'fts.rowid between ? and ?', values: [window.bottom, window.top] }];
  const found = matches(plan, within);
  const rows = set.all(`select ${COLUMNS} ${found.text} order by fts.rowid desc limit ?`, [
    ...found.values,
    limit,
  ]);
  return rows.map((row) => candidate(plan, set, row));
}

/** The record whose id is the text, when it lies outside the window. */
function namedOf(plan: Plan, set: OpenSet): Candidate[] {
  const found = matches({ ...plan, text: { ...plan.text, match: null } }, [
    { text: 'doc.id = ?', values: [plan.asTyped] },
  ]);
  return set.all(`select ${COLUMNS} ${found.text}`, found.values).map((row) => candidate(plan, set, row));
}

function candidate(plan: Plan, set: OpenSet, row: Row): Candidate {
  const id = String(row['id']);
  return {
    recordSet: set.recordSet,
    id,
    row: Number(row['row']),
    score: scoreOf(id, keysOf(row), plan.text),
    updatedAt: Number(row['updated_at']),
  };
}

function keysOf(row: Row): readonly unknown[] {
  const keys: unknown = JSON.parse(String(row['keys']));
  return typeof keys === 'object' && keys !== null ? Object.values(keys) : [];
}

const cursorPlace = ({ set, row, score, updatedAt }: RankedCursor): Candidate => ({
  recordSet: set,
  id: '',
  row,
  score,
  updatedAt,
});

/** The best first, of equals the last updated; negative when `a` comes before `b`. */
function byRank(a: Candidate, b: Candidate): number {
  return b.score - a.score || b.updatedAt - a.updatedAt || a.recordSet - b.recordSet || b.row - a.row;
}

const maximum = (rows: readonly number[]): number => rows.reduce((most, row) => Math.max(most, row), 0);
const minimum = (rows: readonly number[]): number =>
  rows.reduce((least, row) => Math.min(least, row), Infinity);
