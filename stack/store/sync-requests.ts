import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

/** What a sync's next run by hand depends on. */
export interface RunnableSync {
  readonly id: string;
  readonly recordSetId: number;
  readonly connectionId: string;
  readonly kind: 'complete' | 'recent' | 'lookup';
  readonly functionKey: string;
  readonly recordType: string;
  readonly versionId: string;
  readonly overlapSeconds: number;
  readonly accountEnabled: boolean;
  readonly connectionEnabled: boolean;
  readonly hasFunction: boolean;
  /** Up to here the windows that went well are without a gap. */
  readonly coveredUntil: Date | null;
}

export async function getRunnableSync(db: Queryable, id: string): Promise<RunnableSync> {
  const { rows } = await db.query<RunnableSync>(sql`
    select s.id, s.record_set_id as "recordSetId", rs.connection_id as "connectionId", s.kind,
      s.function_key as "functionKey", rs.record_type as "recordType", c.app_version_id as "versionId",
      s.overlap_seconds as "overlapSeconds", a.enabled as "accountEnabled", c.enabled as "connectionEnabled",
      exists (select from middle.function_bundle b
        where b.app_version_id = c.app_version_id and b.function_key = s.function_key) as "hasFunction",
      s.covered_until as "coveredUntil"
    from middle.sync s join middle.record_set rs on rs.id = s.record_set_id
    join middle.connection c on c.id = rs.connection_id join middle.account a on a.id = c.account_id
    where s.id = ${id}`);
  return only(rows);
}

/** Queues a run that a person asked for, and wakes the workers. */
export async function requestRun(
  db: Queryable,
  sync: Pick<RunnableSync, 'id' | 'recordSetId' | 'connectionId' | 'kind'>,
  run: { readonly startedBy: string; readonly input: Readonly<Record<string, unknown>> },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, started_by, input)
    values (${sync.id}, ${sync.recordSetId}, ${sync.connectionId}, ${sync.kind}, 'person', ${run.startedBy},
      ${JSON.stringify(run.input)})
    returning id`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
  return only(rows).id;
}

/** Asks the worker to end a run, and its function to be killed. False when it has ended already. */
export async function requestCancel(db: Queryable, runId: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.sync_run set cancel_requested_at = coalesce(cancel_requested_at, now())
    where id = ${runId} and state in ('queued', 'running', 'storing')`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
  return rowCount === 1;
}
