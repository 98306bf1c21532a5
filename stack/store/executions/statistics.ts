import sql from 'sql-template-tag';
import type { Histogram } from '@middle/core/workflow/durations.ts';
import type { Queryable } from '../database.ts';

/** What is counted of an execution that ended. */
export interface EndedFigures {
  readonly accountId: string;
  readonly workflowId: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date;
}

/** Those that are still there, in any order. */
export async function readEndedFigures(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly EndedFigures[]> {
  if (ids.length === 0) return [];
  const sorted = [...ids].sort();
  // The range leaves the days out that none of them is of.
  const { rows } = await db.query<EndedFigures>(sql`
    select account_id as "accountId", workflow_id as "workflowId", state, queued_at as "queuedAt",
      started_at as "startedAt", ended_at as "endedAt"
    from middle.execution
    where id = any(${ids}::uuid[]) and id >= ${sorted[0]}::uuid and id <= ${sorted.at(-1)}::uuid`);
  return rows;
}

export type Resolution = 'minute' | 'hour';

export interface Statistic {
  readonly accountId: string;
  /** Null: of the whole account. */
  readonly workflowId: string | null;
  readonly resolution: Resolution;
  readonly at: Date;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly ran: Histogram;
  readonly waited: Histogram;
}

/** Adds to what is counted already. Of accounts that are gone nothing is kept. */
export async function addStatistics(db: Queryable, statistics: readonly Statistic[]): Promise<void> {
  if (statistics.length === 0) return;
  const all = <Value>(of: (one: Statistic) => Value): Value[] => statistics.map(of);
  await db.query(sql`
    insert into middle.execution_statistic as s (account_id, workflow_id, resolution, at, succeeded, failed, cancelled, ran, waited)
    select n.* from unnest(
      ${all(({ accountId }) => accountId)}::uuid[], ${all(({ workflowId }) => workflowId)}::uuid[],
      ${all(({ resolution }) => resolution)}::text[], ${all(({ at }) => at)}::timestamptz[],
      ${all(({ succeeded }) => succeeded)}::integer[], ${all(({ failed }) => failed)}::integer[],
      ${all(({ cancelled }) => cancelled)}::integer[], ${all(({ ran }) => JSON.stringify(ran))}::jsonb[],
      ${all(({ waited }) => JSON.stringify(waited))}::jsonb[]
    ) n(account_id, workflow_id, resolution, at, succeeded, failed, cancelled, ran, waited)
    join middle.account a on a.id = n.account_id
    on conflict (account_id, workflow_id, resolution, at) do update set succeeded = s.succeeded + excluded.succeeded,
      failed = s.failed + excluded.failed, cancelled = s.cancelled + excluded.cancelled,
      ran = middle.add_counts(s.ran, excluded.ran), waited = middle.add_counts(s.waited, excluded.waited)`);
}

export interface Span {
  readonly accountId: string;
  /** Null: the whole account. */
  readonly workflowId: string | null;
  readonly resolution: Resolution;
  readonly from: Date;
}

/** By time. */
export async function listStatistics(
  db: Queryable,
  { accountId, workflowId, resolution, from }: Span,
): Promise<readonly Statistic[]> {
  const { rows } = await db.query<Statistic>(sql`
    select account_id as "accountId", workflow_id as "workflowId", resolution, at, succeeded, failed, cancelled, ran, waited
    from middle.execution_statistic
    where account_id = ${accountId} and workflow_id is not distinct from ${workflowId}::uuid
      and resolution = ${resolution} and at >= ${from}
    order by at limit 10000`);
  return rows;
}

export interface WorkflowSum {
  readonly workflowId: string;
  readonly name: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** Each workflow of the account that had an execution end in the span; those that failed most come first. */
export async function sumByWorkflow(
  db: Queryable,
  { accountId, resolution, from }: Omit<Span, 'workflowId'>,
  limit: number,
): Promise<readonly WorkflowSum[]> {
  const { rows } = await db.query<WorkflowSum>(sql`
    select w.id as "workflowId", w.name, s.succeeded, s.failed, s.cancelled from (
      select workflow_id, sum(succeeded)::float8 as succeeded, sum(failed)::float8 as failed,
        sum(cancelled)::float8 as cancelled
      from middle.execution_statistic
      where account_id = ${accountId} and workflow_id is not null and resolution = ${resolution} and at >= ${from}
      group by workflow_id
    ) s join middle.workflow w on w.id = s.workflow_id
    where w.deleted_at is null
    order by s.failed desc, s.succeeded desc, w.name limit ${limit}`);
  return rows;
}

export interface Backlog {
  /** Each counted up to 10,000. */
  readonly ready: number;
  readonly running: number;
  readonly waiting: number;
  /** When the one that has been ready for longest became so. */
  readonly oldestReadyAt: Date | null;
}

/** What is under way now, of the account or of one workflow of it. */
export async function readBacklog(
  db: Queryable,
  accountId: string,
  workflowId: string | null,
): Promise<Backlog> {
  const { rows } = await db.query<Backlog>(sql`
    with own as (
      select id from middle.workflow
      where account_id = ${accountId} and (${workflowId}::uuid is null or id = ${workflowId}::uuid)
    ), counted as (
      select state, count(*)::integer as executions from (
        (select o.state from own join middle.execution_open o on o.workflow_id = own.id and o.state = 'ready' limit 10000)
        union all
        (select o.state from own join middle.execution_open o on o.workflow_id = own.id and o.state = 'running' limit 10000)
        union all
        (select o.state from own join middle.execution_open o on o.workflow_id = own.id and o.state = 'waiting' limit 10000)
      ) capped group by state
    )
    select coalesce((select executions from counted where state = 'ready'), 0) as ready,
      coalesce((select executions from counted where state = 'running'), 0) as running,
      coalesce((select executions from counted where state = 'waiting'), 0) as waiting,
      (select min(o.next_at) from own join middle.execution_open o on o.workflow_id = own.id
        where o.state = 'ready' and o.next_at <= clock_timestamp()) as "oldestReadyAt"`);
  return rows[0] ?? { ready: 0, running: 0, waiting: 0, oldestReadyAt: null };
}

export async function deleteStatistics(
  db: Queryable,
  resolution: Resolution,
  before: Date,
  limit: number,
): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.execution_statistic where ctid in (
      select ctid from middle.execution_statistic where resolution = ${resolution} and at < ${before} limit ${limit})`);
  return rowCount ?? 0;
}
