import { MiddleError } from '@middle/core/errors.ts';
import type { Checked } from '@middle/core/expression/checked.ts';
import { evaluate } from '@middle/core/expression/evaluate.ts';
import type { EvaluateOptions } from '@middle/core/expression/evaluate.ts';
import type { Relation } from '@middle/core/expression/records.ts';
import type { Database, Queryable } from '../database.ts';
import { findRecordSet, readRecords } from './sources.ts';

/** Related records of one evaluation: more belong into a bulk step. */
const RECORDS_MAX = 1_000;
/** Relations of relations: each level is one more look. */
const LEVELS_MAX = 8;
/** Records that name one other record. */
export const NAMING_MAX = 500;

/** What is asked of the search index: records whose attribute has a value; the primary data have no index for it. */
interface NamingQuery {
  readonly recordSets: readonly number[];
  readonly text: string;
  readonly filters: readonly {
    readonly attribute: string;
    readonly operator: 'is';
    readonly value: string;
  }[];
  readonly sort: null;
  readonly limit: number;
  readonly after: null;
}

/** The part of the port that is needed here. */
export interface NamingSearch {
  query(query: NamingQuery): Promise<{ readonly hits: readonly { readonly id: string }[] }>;
}

export interface RelatedDeps {
  readonly database: Database;
  readonly search: NamingSearch;
}

export type RecordData = Readonly<Record<string, unknown>>;

/** Where related records come from: as they are, or as they were at the moment of the evaluation. */
export interface Relatives {
  /** Records of a set by their ids. */
  named(recordSet: number, ids: readonly string[], now: Date): Promise<ReadonlyMap<string, RecordData>>;
  /** Records of a set whose foreign key is this id. */
  naming(recordSet: number, foreignKey: string, id: string, now: Date): Promise<readonly RecordData[]>;
  /** The record set of a record type of a connection; null when there is none. */
  setOf(connectionId: string, recordType: string): Promise<number | null>;
}

/** Related records as they are. */
export function presentRelatives({
  database,
  search,
}: {
  readonly database: Queryable;
  readonly search: NamingSearch;
}) {
  return {
    setOf: (connectionId: string, recordType: string) => findRecordSet(database, connectionId, recordType),
    named: (recordSet: number, ids: readonly string[]) => readRecords(database, recordSet, ids),
    /** The index says who names the record, seconds behind at the most; what they say is read from the primary data. */
    async naming(recordSet: number, foreignKey: string, id: string) {
      const records = await readRecords(
        database,
        recordSet,
        await namingIds(search, recordSet, foreignKey, id),
      );
      return [...records.values()].filter((data) => data[foreignKey] === id);
    },
  } satisfies Relatives;
}

/** The ids of records that name another one by now, as the index knows them. */
export async function namingIds(
  search: NamingSearch,
  recordSet: number,
  foreignKey: string,
  id: string,
): Promise<readonly string[]> {
  const { hits } = await search.query({
    recordSets: [recordSet],
    text: '',
    filters: [{ attribute: foreignKey, operator: 'is', value: id }],
    sort: null,
    limit: NAMING_MAX,
    after: null,
  });
  return hits.map((hit) => hit.id);
}

/**
 * Works out an expression that may ask for related records: it is tried, what it asked for is fetched together, and it is
 * tried again. Evaluation changes nothing, so only what was really needed is fetched.
 * @param connections by slot
 */
export async function evaluateRelated(
  relatives: Relatives,
  expression: Checked,
  options: Omit<EvaluateOptions, 'related'>,
  connections: Readonly<Record<string, string>>,
): Promise<unknown> {
  const known = new Map<string, unknown>();
  let fetched = 0;
  for (let level = 0; level <= LEVELS_MAX; level += 1) {
    const missing = new Map<string, Wish>();
    const related = (relation: Relation, record: RecordData): unknown => {
      const wish = wishOf(relation, record);
      if (wish === null) return relation.direction === 'forward' ? null : [];
      if (!known.has(wish.key)) missing.set(wish.key, wish);
      return known.get(wish.key) ?? (relation.direction === 'forward' ? null : []);
    };
    const result = attempt(() => evaluate(expression, { ...options, related }));
    if (missing.size === 0) {
      if ('error' in result) throw result.error;
      return result.value;
    }
    for (const [key, found] of await fetch(relatives, connections, [...missing.values()], options.now)) {
      known.set(key, found);
      fetched += Array.isArray(found) ? found.length : 1;
    }
    if (fetched > RECORDS_MAX) break;
  }
  throw new MiddleError(
    'expression_failed',
    `it needs more than ${RECORDS_MAX.toLocaleString('en')} related records, or goes through more than ${LEVELS_MAX} relations`,
    { hint: 'Start an execution for each record with a bulk step.' },
  );
}

/** A failure may come from what was still missing, so it only counts when nothing was. */
function attempt(work: () => unknown): { readonly value: unknown } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

interface Wish {
  readonly key: string;
  readonly relation: Relation;
  /** Forward: the id of the record that is wanted. Reverse: what the foreign key must be. */
  readonly id: string;
}

function wishOf(relation: Relation, record: RecordData): Wish | null {
  const attribute = relation.direction === 'forward' ? relation.foreignKey : relation.primaryId;
  const id = Object.hasOwn(record, attribute) ? record[attribute] : null;
  if (typeof id !== 'string') return null;
  const { connection, direction, recordType, foreignKey } = relation;
  return {
    key: JSON.stringify([connection, direction, recordType, direction === 'reverse' ? foreignKey : '', id]),
    relation,
    id,
  };
}

async function fetch(
  relatives: Relatives,
  connections: Readonly<Record<string, string>>,
  wishes: readonly Wish[],
  now: Date,
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const group of groupsOf(wishes)) {
    const [{ relation }] = group;
    const connection = connections[relation.connection];
    const recordSet =
      connection === undefined ? null : await relatives.setOf(connection, relation.recordType);
    if (recordSet === null) {
      for (const { key } of group) found.set(key, relation.direction === 'forward' ? null : []);
    } else if (relation.direction === 'forward') {
      const ids = group.map(({ id }) => id);
      const records = await relatives.named(recordSet, ids, now);
      for (const { key, id } of group) found.set(key, records.get(id) ?? null);
    } else {
      for (const { key, id } of group)
        found.set(key, await relatives.naming(recordSet, relation.foreignKey, id, now));
    }
  }
  return found;
}

type Group = readonly [Wish, ...Wish[]];

function groupsOf(wishes: readonly Wish[]): readonly Group[] {
  const groups = new Map<string, [Wish, ...Wish[]]>();
  for (const wish of wishes) {
    const { connection, direction, recordType, foreignKey } = wish.relation;
    const name = JSON.stringify([connection, direction, recordType, foreignKey]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [wish]);
    else group.push(wish);
  }
  return [...groups.values()];
}
