import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/** More than this of one kind at once is a storm; the rest is found when these are over. */
const MOST = 1_000;

export interface FailingWorkflow {
  readonly workflowId: string;
  readonly name: string;
  readonly accountId: string;
  /** It and its account are switched on, and it is not deleted. */
  readonly isOn: boolean;
  /** In all. */
  readonly failures: number;
  /** Within the minutes of the account's rule. */
  readonly lately: number;
  readonly since: Date | null;
  readonly failedAt: Date;
  readonly succeededAt: Date | null;
  readonly executionId: string;
  readonly error: { readonly code?: string; readonly message?: string } | null;
}

/** Workflows that failed since `after`, or whose alert is open. */
export async function failingWorkflows(
  db: Queryable,
  { now, after, usualMinutes }: { readonly now: Date; readonly after: Date; readonly usualMinutes: number },
): Promise<readonly FailingWorkflow[]> {
  const { rows } = await db.query<FailingWorkflow>(sql`
    select f.workflow_id as "workflowId", w.name, w.account_id as "accountId",
      w.enabled and a.enabled and w.deleted_at is null as "isOn", f.failures::double precision as failures,
      lately.failures as lately, lately.since, f.failed_at as "failedAt", f.succeeded_at as "succeededAt",
      f.execution_id as "executionId", f.error
    from middle.workflow_failure f
    join middle.workflow w on w.id = f.workflow_id
    join middle.account a on a.id = w.account_id
    left join middle.alert_rule r on r.account_id = w.account_id and r.kind = 'workflow_failing'
    cross join lateral (
      select coalesce(sum(m.failures), 0)::integer as failures, min(m.minute) as since
      from middle.workflow_failure_minute m
      where m.workflow_id = f.workflow_id
        and m.minute > ${now}::timestamptz - make_interval(mins => coalesce((r.thresholds ->> 'minutes')::integer, ${usualMinutes}))
    ) lately
    where f.failed_at > ${after} or exists (
      select from middle.alert l where l.kind = 'workflow_failing' and l.subject = 'workflow:' || f.workflow_id
        and l.cleared_at is null)
    order by f.failed_at desc limit ${MOST}`);
  return rows;
}

export interface FailingSync {
  readonly syncId: string;
  readonly kind: string;
  readonly recordType: string;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly accountId: string;
  readonly failures: number;
  readonly since: Date;
  readonly runId: string;
  readonly error: { readonly code?: string; readonly message?: string } | null;
}

const RUNS_MOST = 50;

/** Syncs that are switched on and failed since they last succeeded. */
export async function failingSyncs(db: Queryable): Promise<readonly FailingSync[]> {
  const { rows } = await db.query<FailingSync>(sql`
    select s.id as "syncId", s.kind, rs.record_type as "recordType", c.id as "connectionId", c.name as "connectionName",
      c.account_id as "accountId", failed.failures, failed.since, failed."runId", failed.error
    from middle.sync s
    join middle.record_set rs on rs.id = s.record_set_id
    join middle.connection c on c.id = rs.connection_id
    join middle.account a on a.id = c.account_id
    cross join lateral (
      select count(*)::integer as failures, min(r.ended_at) as since, (array_agg(r.id order by r.ended_at desc))[1] as "runId",
        (array_agg(r.error order by r.ended_at desc))[1] as error
      from (
        select r.id, r.ended_at, r.error from middle.sync_run r
        where r.sync_id = s.id and r.state = 'failed' and r.ended_at > coalesce(s.succeeded_at, '-infinity')
        order by r.ended_at desc limit ${RUNS_MOST}
      ) r
    ) failed
    where s.enabled and c.enabled and a.enabled and failed.failures > 0
    order by s.id limit ${MOST}`);
  return rows;
}

export interface NeedyConnection {
  readonly connectionId: string;
  readonly name: string;
  readonly accountId: string;
  readonly attention: string;
  readonly since: Date | null;
}

/** Connections whose credentials were refused or have expired. */
export async function needyConnections(db: Queryable): Promise<readonly NeedyConnection[]> {
  const { rows } = await db.query<NeedyConnection>(sql`
    select c.id as "connectionId", c.name, c.account_id as "accountId", c.attention, c.attention_at as since
    from middle.connection c join middle.account a on a.id = c.account_id
    where c.attention is not null and c.enabled and a.enabled order by c.id limit ${MOST}`);
  return rows;
}

export interface WaitingAccount {
  readonly accountId: string;
  readonly accountKey: string;
  readonly name: string;
  readonly oldestAt: Date;
}

/** Accounts with executions that could begin; of each workflow the next one in its line is looked at. */
export async function waitingAccounts(db: Queryable, now: Date): Promise<readonly WaitingAccount[]> {
  const { rows } = await db.query<WaitingAccount>(sql`
    select a.id as "accountId", a.key as "accountKey", a.name, min(first.next_at) as "oldestAt"
    from middle.account a
    join middle.workflow w on w.account_id = a.id and w.deleted_at is null and w.enabled
    cross join lateral (
      select o.next_at from middle.execution_open o where o.workflow_id = w.id and o.state = 'ready'
      order by o.priority desc, o.next_at limit 1
    ) first
    where a.enabled and first.next_at < ${now}
    group by a.id order by a.id limit ${MOST}`);
  return rows;
}

export interface DeadRequests {
  readonly connectionId: string;
  readonly name: string;
  readonly accountId: string;
  readonly requests: number;
  readonly since: Date | null;
  readonly error: { readonly message?: string } | null;
}

const COUNTED_MOST = 10_000;

/** Connections with webhook requests that were given up. */
export async function deadRequests(db: Queryable): Promise<readonly DeadRequests[]> {
  const { rows } = await db.query<DeadRequests>(sql`
    select c.id as "connectionId", c.name, c.account_id as "accountId", dead.requests, dead.since, dead.error
    from middle.connection c join middle.account a on a.id = c.account_id
    cross join lateral (
      select count(*)::integer as requests, min(d.settled_at) as since, (array_agg(d.error order by d.id desc))[1] as error
      from (
        select q.id, q.settled_at, q.error from middle.webhook_request q
        where q.connection_id = c.id and q.state = 'dead' order by q.id desc limit ${COUNTED_MOST}
      ) d
    ) dead
    where dead.requests > 0 and a.enabled order by c.id limit ${MOST}`);
  return rows;
}

export async function appsByKey(
  db: Queryable,
): Promise<ReadonlyMap<string, { readonly id: string; readonly name: string }>> {
  const { rows } = await db.query<{ key: string; id: string; name: string }>(
    sql`select key, id, name from middle.app`,
  );
  return new Map(rows.map(({ key, ...app }) => [key, app]));
}

/** Reads of this database that found a page with a wrong checksum. */
export async function damagedPages(
  db: Queryable,
): Promise<{ readonly pages: number; readonly since: Date | null }> {
  const { rows } = await db.query<{ pages: number; since: Date | null }>(sql`
    select coalesce(checksum_failures, 0)::int as pages, checksum_last_failure as since
    from pg_stat_database where datname = current_database()`);
  return rows[0] ?? { pages: 0, since: null };
}
