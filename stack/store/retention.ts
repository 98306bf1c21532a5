import sql from 'sql-template-tag';
import type { Database, Queryable } from './database.ts';
import { lockRecordSet } from './record-writes.ts';

export type HistoryTable =
  'record_version' | 'invocation' | 'applied_message' | 'execution' | 'execution_text' | 'step_run';

/** Makes the daily partitions of the history tables: yesterday's (for late writers), today's and those of the coming days. */
export async function addDayPartitions(db: Queryable, now: Date, daysAhead: number): Promise<void> {
  const yesterday = new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
  await db.query(sql`select middle.add_day_partitions(${yesterday}::date, ${daysAhead + 2})`);
}

/** Drops whole days that ended before this moment's day; returns how many. */
export async function dropDayPartitions(db: Queryable, table: HistoryTable, before: Date): Promise<number> {
  const day = before.toISOString().slice(0, 10);
  const { rows } = await db.query<{ dropped: number }>(
    sql`select middle.drop_day_partitions(${table}, ${day}::date) as dropped`,
  );
  return rows[0]?.dropped ?? 0;
}

export async function deleteInvalidRecords(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.invalid_record where id in (
      select id from middle.invalid_record where id < middle.uuid_at(${before}) order by id limit ${limit})`);
  return rowCount ?? 0;
}

/** Ended runs and their ticks. The newest run of each sync stays, so that one sees when it last ran. */
export async function deleteSyncRuns(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.sync_run where id in (
      select id from middle.sync_run old
      where id < middle.uuid_at(${before}) and ended_at < ${before}
        and exists (select 1 from middle.sync_run newer where newer.sync_id = old.sync_id and newer.id > old.id)
      order by id limit ${limit})`);
  await db.query(sql`delete from middle.sync_tick where tick < ${before}`);
  return rowCount ?? 0;
}

export async function deleteSettledLookups(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.lookup_request where (record_set_id, record_id) in (
      select record_set_id, record_id from middle.lookup_request
      where state in ('found', 'gave_up') and settled_at < ${before} limit ${limit})`);
  return rowCount ?? 0;
}

/** What transfers that have ended still remember of the records they saw. */
export async function deleteStaleTransferSeen(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.transfer_seen where (sync_run_id, invocation_id, sequence) in (
      select seen.sync_run_id, seen.invocation_id, seen.sequence from middle.transfer_seen seen
      where not exists (select 1 from middle.sync_run run
        where run.id = seen.sync_run_id and (run.ended_at is null or run.ended_at > now() - interval '1 hour'))
      limit ${limit})`);
  return rowCount ?? 0;
}

export interface ExpiringSet {
  readonly recordSet: number;
  readonly recordDays: number;
  /** See core/retention.ts. */
  readonly transferredWhole: boolean;
}

/** The record sets whose records expire, by their own setting or else the stack's. */
export async function listExpiringSets(db: Queryable, stackDays: number | null): Promise<ExpiringSet[]> {
  const { rows } = await db.query<ExpiringSet>(sql`
    select s.id as "recordSet", coalesce(s.retention_days, ${stackDays}::integer) as "recordDays",
      exists (select 1 from middle.sync y where y.record_set_id = s.id and y.kind = 'complete' and y.enabled
        and y.every_seconds is not null) as "transferredWhole"
    from middle.record_set s
    where coalesce(s.retention_days, ${stackDays}::integer) is not null`);
  return rows;
}

/**
 * Looks at the next `limit` records in the order of ids and deletes those that were last used before `before`. The
 * change goes to the outbox in the same transaction, so the index forgets them too. `next` is null at the end.
 */
export async function deleteExpiredRecords(
  database: Database,
  set: ExpiringSet,
  before: Date,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly deleted: number; readonly next: string | null }> {
  return database.transaction(async (client) => {
    // What the intake has looked up must still be there when it writes.
    await lockRecordSet(client, set.recordSet);
    const { rows } = await client.query<{
      deleted: string[] | null;
      last: string | null;
      looked: number;
    }>(sql`
      with looked as (
        select id, updated_at, last_used_at, deleted_at from middle.record
        where record_set_id = ${set.recordSet} and id > ${page.after} order by id limit ${page.limit}
      ), deleted as (
        delete from middle.record r using looked
        where r.record_set_id = ${set.recordSet} and r.id = looked.id
          and greatest(r.updated_at, r.last_used_at, r.deleted_at) < ${before}
          and (r.deleted_at is not null or not ${set.transferredWhole}::boolean)
        returning r.id
      )
      select (select array_agg(id) from deleted) as deleted, (select max(id) from looked) as last,
        (select count(*)::integer from looked) as looked`);
    const [result] = rows;
    const deleted = result?.deleted ?? [];
    if (deleted.length > 0) {
      await client.query(sql`
        insert into middle.change_batch (record_set_id, invocation_id, created_ids, updated_ids, deleted_ids)
        values (${set.recordSet}, uuidv7(), '{}', '{}', ${deleted})`);
      await client.query(sql`select pg_notify('middle_change', '')`);
    }
    return {
      deleted: deleted.length,
      next: (result?.looked ?? 0) < page.limit ? null : (result?.last ?? null),
    };
  });
}
