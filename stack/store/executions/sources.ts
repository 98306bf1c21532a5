import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../database.ts';
import type { SourceRecord } from './bulk.ts';

/** The record set of a record type of a connection; null when there is none. */
export async function findRecordSet(
  db: Queryable,
  connectionId: string,
  recordType: string,
): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(sql`
    select id from middle.record_set where connection_id = ${connectionId} and record_type = ${recordType}`);
  return rows[0]?.id ?? null;
}

/** A record as it is now; null when there is none, or when it vanished at the source. */
export async function readRecord(
  db: Queryable,
  recordSetId: number,
  id: string,
): Promise<SourceRecord | null> {
  const { rows } = await db.query<SourceRecord>(sql`
    select id, version, data from middle.record
    where record_set_id = ${recordSetId} and id = ${id} and deleted_at is null`);
  return rows[0] ?? null;
}

/**
 * Wakes the executions that wait for one of these records to change; returns how many. One that looks at its record at
 * this very moment is told by `changed`, which it reads when it goes to sleep again.
 */
export async function wakeWaiting(
  client: Transaction,
  recordSetId: number,
  recordIds: readonly string[],
): Promise<number> {
  const { rows } = await client.query<{ id: string }>(sql`
    update middle.execution_wait set changed = true
    where record_set_id = ${recordSetId} and record_id = any(${recordIds}::text[]) returning execution_id as id`);
  if (rows.length === 0) return 0;
  // An executor locks an execution before its wait, so this must not wait for executions while it holds waits.
  const { rowCount } = await client.query(sql`
    update middle.execution_open set state = 'ready', next_at = clock_timestamp() where id in (
      select id from middle.execution_open where id = any(${rows.map(({ id }) => id)}::uuid[]) and state = 'waiting'
      for update skip locked)`);
  return rowCount ?? 0;
}

/** Records as they are now by their ids, without those that vanished at the source. */
export async function readRecords(
  db: Queryable,
  recordSetId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; data: Readonly<Record<string, unknown>> }>(sql`
    select id, data from middle.record
    where record_set_id = ${recordSetId} and id = any(${ids}::text[]) and deleted_at is null order by id`);
  return new Map(rows.map(({ id, data }) => [id, data]));
}
