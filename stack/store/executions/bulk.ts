import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/** A bulk step that begins. */
export interface NewBulkRun {
  readonly executionId: string;
  readonly place: string;
  readonly workflowId: string;
  readonly version: number;
  readonly recordSetId: number;
  readonly atOnce: number;
}

/** How far a bulk step has come with this page of records. */
export interface BulkMove {
  readonly executionId: string;
  readonly place: string;
  /** The last record looked at; null: there are no more. */
  readonly afterId: string | null;
  readonly lookedAt: number;
  readonly begun: number;
}

export async function moveBulkRuns(
  db: Queryable,
  begun: readonly NewBulkRun[],
  moves: readonly BulkMove[],
): Promise<void> {
  for (const run of begun) {
    await db.query(sql`
      insert into middle.bulk_run (execution_id, place, workflow_id, version, record_set_id, at_once, total)
      select ${run.executionId}, ${run.place}, ${run.workflowId}, ${run.version}, ${run.recordSetId}, ${run.atOnce},
        (select greatest(reltuples, 0) from pg_class where oid = to_regclass('middle.record_' || ${run.recordSetId}::integer))
      on conflict do nothing`);
  }
  for (const move of moves) {
    await db.query(sql`
      update middle.bulk_run set after_id = coalesce(${move.afterId}, after_id), is_read = ${move.afterId === null},
        looked_at = looked_at + ${move.lookedAt}, begun = begun + ${move.begun}
      where execution_id = ${move.executionId} and place = ${move.place}`);
  }
}

export interface BulkRun {
  readonly workflowId: string;
  readonly version: number;
  readonly recordSetId: number;
  readonly afterId: string;
  readonly isRead: boolean;
  readonly lookedAt: number;
  readonly begun: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly beganAt: Date;
}

/** Null before it has begun. */
export async function readBulkRun(
  db: Queryable,
  executionId: string,
  place: string,
): Promise<BulkRun | null> {
  const { rows } = await db.query<BulkRun>(sql`
    select workflow_id as "workflowId", version, record_set_id as "recordSetId", after_id as "afterId",
      is_read as "isRead", looked_at::float8 as "lookedAt", begun::float8 as begun, succeeded::float8 as succeeded,
      failed::float8 as failed, cancelled::float8 as cancelled, began_at as "beganAt"
    from middle.bulk_run where execution_id = ${executionId} and place = ${place}`);
  return rows[0] ?? null;
}

/** A record as expressions see it. */
export interface SourceRecord {
  readonly id: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The next records of a set in the order of their ids, without deleted ones. */
export async function readRecordPage(
  db: Queryable,
  recordSetId: number,
  afterId: string,
  limit: number,
): Promise<SourceRecord[]> {
  const { rows } = await db.query<SourceRecord>(sql`
    select id, version, data from middle.record
    where record_set_id = ${recordSetId} and id > ${afterId} and deleted_at is null order by id limit ${limit}`);
  return rows;
}
