import sql, { empty } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** What people see of records; the intake's own statements are in records.ts. */
export interface RecordRow {
  readonly id: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

export interface WholeRecord extends RecordRow {
  readonly invocationId: string;
  readonly lastUsedAt: Date | null;
}

const ROW = sql`id, version, data, created_at as "createdAt", updated_at as "updatedAt", deleted_at as "deletedAt"`;
const WHOLE = sql`${ROW}, invocation_id as "invocationId", last_used_at as "lastUsedAt"`;

/** Whether records that vanished at the source are meant. */
export type DeletedRecords = 'exclude' | 'include' | 'only';

/**
 * `is null` would do, but before a new partition is first analyzed Postgres takes null for rare, and then sorts all of
 * it instead of walking the index: 16 ms instead of 0.1 for a page of 100,000 records, seconds for millions.
 */
function where(deleted: DeletedRecords): Sql {
  if (deleted === 'include') return empty;
  if (deleted === 'only') return sql`and deleted_at is not null`;
  return sql`and (deleted_at > '-infinity') is not true`;
}

/** In the order of ids. */
export async function pageRecords(
  db: Queryable,
  page: {
    readonly recordSet: number;
    readonly deleted: DeletedRecords;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<readonly RecordRow[]> {
  const { rows } = await db.query<RecordRow>(sql`
    select ${ROW} from middle.record where record_set_id = ${page.recordSet}
      ${where(page.deleted)}
      ${page.after === undefined ? empty : sql`and id > ${page.after}`}
    order by id limit ${page.limit}`);
  return rows;
}

/** In the order of the ids; those that are gone are left out. */
export async function getRecords(
  db: Queryable,
  recordSet: number,
  ids: readonly string[],
): Promise<readonly RecordRow[]> {
  const { rows } = await db.query<RecordRow>(sql`
    select ${ROW} from middle.record where record_set_id = ${recordSet} and id = any(${ids}::text[])
    order by array_position(${ids}::text[], id)`);
  return rows;
}

export async function getRecord(db: Queryable, recordSet: number, id: string): Promise<WholeRecord | null> {
  const { rows } = await db.query<WholeRecord>(
    sql`select ${WHOLE} from middle.record where record_set_id = ${recordSet} and id = ${id}`,
  );
  return rows[0] ?? null;
}

const COUNT_MOST = 10_000;

/** Counted up to a cap; of a large partition, Postgres's own estimate. */
export async function countRecords(
  db: Queryable,
  recordSet: number,
  deleted: DeletedRecords,
): Promise<{ readonly count: number; readonly exact: boolean }> {
  const { rows } = await db.query<{ counted: number | null; estimate: number }>(sql`
    select estimate, case when estimate <= ${2 * COUNT_MOST} or ${deleted === 'only'} then (
        select count(*)::int from (
          select from middle.record where record_set_id = ${recordSet} ${where(deleted)}
          limit ${COUNT_MOST}) capped) end as counted
    from (select coalesce((
        select reltuples::float8 from pg_class where oid = to_regclass('middle.record_' || ${recordSet}::int)), -1)
      as estimate) known`);
  const { counted = 0, estimate = -1 } = rows[0] ?? {};
  if (counted !== null && counted < COUNT_MOST) return { count: counted, exact: true };
  return {
    count: deleted === 'only' ? COUNT_MOST : Math.max(COUNT_MOST, Math.round(estimate)),
    exact: false,
  };
}

/** One state of a record: an earlier one, or the one in force, which nothing has replaced. */
export interface RecordState {
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly invocationId: string;
  readonly deletedAt: Date | null;
  readonly validFrom: Date;
  readonly replacedAt: Date | null;
}

const STATES = (recordSet: number, id: string) => sql`
  (select version, data, invocation_id as "invocationId", deleted_at as "deletedAt", updated_at as "validFrom",
    null::timestamptz as "replacedAt"
  from middle.record where record_set_id = ${recordSet} and id = ${id}
  union all
  select version, data, invocation_id, deleted_at, valid_from, replaced_at
  from middle.record_version where record_set_id = ${recordSet} and id = ${id}) states`;

/** Newest first. */
export async function listStates(
  db: Queryable,
  page: {
    readonly recordSet: number;
    readonly id: string;
    readonly limit: number;
    /** Only versions below this one. */
    readonly below?: number | undefined;
  },
): Promise<readonly RecordState[]> {
  const { rows } = await db.query<RecordState>(sql`
    select * from ${STATES(page.recordSet, page.id)}
    ${page.below === undefined ? empty : sql`where version < ${page.below}`}
    order by version desc limit ${page.limit}`);
  return rows;
}

/** The state that was in force at a moment; null when there was none, or it has expired. */
export async function getStateAt(
  db: Queryable,
  recordSet: number,
  id: string,
  at: Date,
): Promise<RecordState | null> {
  const { rows } = await db.query<RecordState>(sql`
    select * from ${STATES(recordSet, id)}
    where "validFrom" <= ${at} and ("replacedAt" is null or "replacedAt" > ${at})
    order by version desc limit 1`);
  return rows[0] ?? null;
}

/** The runs of these invocations. */
export async function runsOf(
  db: Queryable,
  invocationIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await db.query<{ id: string; runId: string | null }>(sql`
    select id, sync_run_id as "runId" from middle.invocation where id = any(${invocationIds}::uuid[])`);
  return new Map(rows.map(({ id, runId }) => [id, runId]));
}
