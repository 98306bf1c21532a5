import { MiddleError } from '@middle/core/errors.ts';
import type { Relation } from '@middle/core/expression/records.ts';
import type { Queryable } from '../database.ts';
import { presentRelatives } from '../executions/related.ts';
import type { NamingSearch } from '../executions/related.ts';

/** Related records of one evaluation, and of many that share a cache. */
const RECORDS_MOST = 1_000;

type Data = Readonly<Record<string, unknown>>;

/**
 * Related records for the evaluation of many expressions. An evaluation that needs one that is not here gets null and
 * is noted as unfinished; `fetch` then gets what all of them needed in few statements, and they are worked out again.
 */
export class RelatedCache {
  readonly #relatives: ReturnType<typeof presentRelatives>;
  readonly #known = new Map<string, Data | readonly Data[] | null>();
  readonly #sets = new Map<string, number | null>();
  #wanted = new Map<string, { readonly relation: Relation; readonly value: string }>();
  #isUnfinished = false;
  #records = 0;

  constructor(database: Queryable, search: NamingSearch) {
    this.#relatives = presentRelatives({ database, search });
  }

  /** No more is fetched: what goes on needs a cache of its own, or is asking for too much. */
  get isFull(): boolean {
    return this.#records > RECORDS_MOST;
  }

  clear(): void {
    this.#known.clear();
    this.#wanted.clear();
    this.#records = 0;
  }

  /** For one evaluation: whether it had everything that it asked for. */
  isFinished(evaluation: () => void): boolean {
    this.#isUnfinished = false;
    evaluation();
    return !this.#isUnfinished;
  }

  readonly get = (relation: Relation, record: Data): unknown => {
    const { direction } = relation;
    const value = record[direction === 'forward' ? relation.foreignKey : relation.primaryId];
    if (typeof value !== 'string') return direction === 'forward' ? null : [];
    const key = keyOf(relation, value);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.isFull) {
      throw new MiddleError('expression_failed', `it needs more than ${RECORDS_MOST} related records`, {
        hint: 'Start an execution for each record with a bulk step.',
      });
    }
    this.#isUnfinished = true;
    this.#wanted.set(key, { relation, value });
    return null;
  };

  async fetch(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted = new Map();
    const groups = Map.groupBy(wanted, ([, { relation }]) => keyOf(relation, ''));
    for (const group of groups.values()) {
      const relation = group[0]?.[1].relation;
      if (relation === undefined || this.isFull) continue;
      const set = await this.#setOf(relation);
      const values = group.map(([, { value }]) => value);
      if (relation.direction === 'forward') await this.#fetchNamed(relation, set, values);
      else await this.#fetchNaming(relation, set, values);
    }
  }

  async #fetchNamed(relation: Relation, set: number | null, ids: readonly string[]): Promise<void> {
    const found = set === null ? null : await this.#relatives.named(set, ids);
    for (const id of ids) this.#known.set(keyOf(relation, id), found?.get(id) ?? null);
    this.#records += found?.size ?? 0;
  }

  async #fetchNaming(relation: Relation, set: number | null, values: readonly string[]): Promise<void> {
    for (const value of values) {
      if (this.isFull) return;
      const naming = set === null ? [] : await this.#relatives.naming(set, relation.foreignKey, value);
      this.#known.set(keyOf(relation, value), naming);
      this.#records += naming.length;
    }
  }

  async #setOf({ connection, recordType }: Relation): Promise<number | null> {
    const key = `${connection}/${recordType}`;
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = await this.#relatives.setOf(connection, recordType);
    this.#sets.set(key, set);
    return set;
  }
}

function keyOf({ connection, recordType, direction, foreignKey }: Relation, value: string): string {
  return JSON.stringify([connection, recordType, direction, foreignKey, value]);
}
