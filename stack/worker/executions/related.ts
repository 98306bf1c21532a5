import type { Search } from '@middle/cloud/ports/search.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Checked } from '@middle/core/expression/checked.ts';
import { evaluate } from '@middle/core/expression/evaluate.ts';
import type { EvaluateOptions } from '@middle/core/expression/evaluate.ts';
import type { Relation } from '@middle/core/expression/records.ts';
import type { Database } from '@middle/store/database.ts';
import { findRecordSet, readRecords } from '@middle/store/executions/sources.ts';

/** Related records of one evaluation: more belong into a bulk step. */
const RECORDS_MAX = 1_000;
/** Relations of relations: each level is one more look. */
const LEVELS_MAX = 8;
/** Records that name one other record. */
const REVERSE_MAX = 500;

export interface RelatedDeps {
  readonly database: Database;
  readonly search: Pick<Search, 'query'>;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Works out an expression that may ask for related records: it is tried, what it asked for is fetched together, and it is
 * tried again. Evaluation changes nothing, so only what was really needed is fetched.
 * @param connections by slot
 */
export async function evaluateRelated(
  deps: RelatedDeps,
  expression: Checked,
  options: Omit<EvaluateOptions, 'related'>,
  connections: Readonly<Record<string, string>>,
): Promise<unknown> {
  const known = new Map<string, unknown>();
  let fetched = 0;
  for (let level = 0; level <= LEVELS_MAX; level += 1) {
    const missing = new Map<string, Wish>();
    const related = (relation: Relation, record: Data): unknown => {
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
    for (const [key, found] of await fetch(deps, connections, [...missing.values()])) {
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

function wishOf(relation: Relation, record: Data): Wish | null {
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
  deps: RelatedDeps,
  connections: Readonly<Record<string, string>>,
  wishes: readonly Wish[],
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const group of groupsOf(wishes)) {
    const [{ relation }] = group;
    const connection = connections[relation.connection];
    const recordSet =
      connection === undefined ? null : await findRecordSet(deps.database, connection, relation.recordType);
    if (recordSet === null) {
      for (const { key } of group) found.set(key, relation.direction === 'forward' ? null : []);
    } else if (relation.direction === 'forward') {
      const records = await readRecords(
        deps.database,
        recordSet,
        group.map(({ id }) => id),
      );
      for (const { key, id } of group) found.set(key, records.get(id) ?? null);
    } else {
      for (const { key, id } of group)
        found.set(key, await reverse(deps, recordSet, relation.foreignKey, id));
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

/** The index says who names the record, seconds behind at the most; what they say is read from the primary data. */
async function reverse(
  { database, search }: RelatedDeps,
  recordSet: number,
  foreignKey: string,
  id: string,
): Promise<readonly Data[]> {
  const { hits } = await search.query({
    recordSets: [recordSet],
    text: '',
    filters: [{ attribute: foreignKey, operator: 'is', value: id }],
    sort: null,
    limit: REVERSE_MAX,
    after: null,
  });
  const records = await readRecords(
    database,
    recordSet,
    hits.map((hit) => hit.id),
  );
  return [...records.values()].filter((data) => data[foreignKey] === id);
}
