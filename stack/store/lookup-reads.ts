import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** What people see of lookups; the worker's own statements are in lookups.ts. */
export interface LookupView {
  readonly recordSetId: number;
  readonly recordType: string;
  readonly recordId: string;
  readonly state: 'pending' | 'running' | 'found' | 'gave_up';
  readonly attempts: number;
  readonly nextAt: Date;
  readonly runId: string | null;
  readonly reason: string | null;
  readonly requestedAt: Date;
  readonly settledAt: Date | null;
}

/** In the order of record types and ids. */
export async function listLookups(
  db: Queryable,
  page: {
    readonly connectionId: string;
    readonly state?: string | undefined;
    readonly limit: number;
    readonly after?: { readonly recordSetId: number; readonly recordId: string } | undefined;
  },
): Promise<readonly LookupView[]> {
  const { rows } = await db.query<LookupView>(sql`
    select l.record_set_id as "recordSetId", rs.record_type as "recordType", l.record_id as "recordId", l.state,
      l.attempts, l.next_at as "nextAt", l.sync_run_id as "runId", l.reason, l.requested_at as "requestedAt",
      l.settled_at as "settledAt"
    from middle.lookup_request l join middle.record_set rs on rs.id = l.record_set_id
    where rs.connection_id = ${page.connectionId}
      ${page.state === undefined ? empty : sql`and l.state = ${page.state}`}
      ${page.after === undefined ? empty : sql`and (l.record_set_id, l.record_id) > (${page.after.recordSetId}, ${page.after.recordId})`}
    order by l.record_set_id, l.record_id limit ${page.limit}`);
  return rows;
}

/** Lookups that gave up begin anew, at once; returns how many. */
export async function retryLookups(
  db: Queryable,
  which: {
    readonly connectionId: string;
    readonly recordType?: string | undefined;
    readonly recordIds?: readonly string[] | undefined;
  },
): Promise<number> {
  const { rowCount } = await db.query(sql`
    update middle.lookup_request l
    set state = 'pending', attempts = 0, next_at = now(), reason = null, settled_at = null, sync_run_id = null
    from middle.record_set rs
    where rs.id = l.record_set_id and rs.connection_id = ${which.connectionId} and l.state = 'gave_up'
      ${which.recordType === undefined ? empty : sql`and rs.record_type = ${which.recordType}`}
      ${which.recordIds === undefined ? empty : sql`and l.record_id = any(${which.recordIds})`}`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
  return rowCount ?? 0;
}
