import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';
import type { ExecutionCause } from './start.ts';

/** An execution in the hands of one executor. */
export interface ClaimedExecution {
  readonly id: string;
  /** As text: 64 bits don't fit a number. */
  readonly fence: string;
  readonly accountId: string;
  readonly workflowId: string;
  readonly version: number;
  readonly cause: ExecutionCause;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sealed: Uint8Array | null;
  /** The first values of its variables, sealed; null: to be worked out. */
  readonly variables: Uint8Array | null;
  readonly recordSetId: number | null;
  readonly recordId: string | null;
  readonly recordVersion: number | null;
  readonly againOf: string | null;
  readonly queuedAt: Date;
  readonly startedAt: Date;
  readonly cancelledBy: string | null;
  /** It was claimed before, so there may be step runs of it. */
  readonly isResumed: boolean;
}

export interface Places {
  /** Free ones now. */
  readonly free: number;
  /** Of all places, as many as one account may have. */
  readonly perAccount: number;
}

/** One workflow's flood leaves a quarter of its account's places to the other workflows of the account. */
const WORKFLOW_SHARE = 0.75;

/**
 * Takes the next executions. A free place goes to the account with the fewest under way, and within it to the workflow
 * with the fewest, each step of priority counting as twice the share; so a flood of one waits behind itself. Order
 * within a workflow: priority, then age. An executor whose lease doesn't run gets none.
 */
export async function claimExecutions(
  db: Queryable,
  executor: string,
  { free, perAccount }: Places,
): Promise<ClaimedExecution[]> {
  const perWorkflow = Math.max(1, Math.floor(perAccount * WORKFLOW_SHARE));
  const { rows } = await db.query<ClaimedExecution>(sql`
    with recursive flow as (
      (select workflow_id from middle.execution_open where state = 'ready' order by workflow_id limit 1)
      union all
      select (select o.workflow_id from middle.execution_open o
        where o.state = 'ready' and o.workflow_id > f.workflow_id order by o.workflow_id limit 1)
      from flow f where f.workflow_id is not null
    ), busy as (
      select account_id, workflow_id, count(*) as executions from middle.execution_open
      where state = 'running' group by account_id, workflow_id
    ), turn as (
      select o.id, w.account_id,
        (coalesce(b.executions, 0) + row_number() over (partition by w.id order by o.priority desc, o.next_at, o.id))
          / power(2, w.priority) as turn
      from flow f
      join middle.workflow w on w.id = f.workflow_id and w.enabled
      join middle.account a on a.id = w.account_id and a.enabled
      left join busy b on b.workflow_id = w.id
      cross join lateral (
        select o.id, o.priority, o.next_at from middle.execution_open o
        where o.workflow_id = w.id and o.state = 'ready' and o.next_at <= clock_timestamp()
        order by o.priority desc, o.next_at, o.id
        limit greatest(0, least(${free}::bigint, w.at_once - coalesce(b.executions, 0), ${perWorkflow} - coalesce(b.executions, 0)))
      ) o
    ), account_turn as (
      select t.id, t.turn, row_number() over (partition by t.account_id order by t.turn, t.id)
        + coalesce((select sum(b.executions) from busy b where b.account_id = t.account_id), 0) as place
      from turn t
    ), next as (
      select id from account_turn where place <= ${perAccount} order by place, turn, id limit ${free}
    ), taken as (
      select o.id from middle.execution_open o join next using (id)
      where o.state = 'ready'
        -- One that isn't known to be alive, such as before its first sign, would lose them at once to whoever looks.
        and exists (select from middle.executor e where e.name = ${executor} and e.lease_until >= clock_timestamp())
      for update of o skip locked
    )
    update middle.execution_open o set state = 'running', executor = ${executor}, fence = o.fence + 1,
      started_at = coalesce(o.started_at, clock_timestamp())
    from taken where o.id = taken.id
    returning o.id, o.fence::text as fence, o.account_id as "accountId", o.workflow_id as "workflowId", o.version,
      o.cause, o.input, o.sealed, o.variables, o.record_set_id as "recordSetId", o.record_id as "recordId",
      o.record_version as "recordVersion", o.again_of as "againOf", o.queued_at as "queuedAt",
      o.started_at as "startedAt", o.cancelled_by as "cancelledBy", o.fence > 1 as "isResumed"`);
  return rows;
}

/** Says that this executor lives. False when its lease had ended and its executions may be with others. */
export async function renewExecutor(db: Queryable, name: string, leaseSeconds: number): Promise<boolean> {
  const { rows } = await db.query<{ alive: boolean }>(sql`
    insert into middle.executor as e (name, lease_until)
    values (${name}, clock_timestamp() + make_interval(secs => ${leaseSeconds}))
    on conflict (name) do update set lease_until = excluded.lease_until
    where e.lease_until >= clock_timestamp() returning true as alive`);
  return rows.length === 1;
}

/** Gives back what the executor has, at its orderly end. */
export async function retireExecutor(db: Queryable, name: string): Promise<void> {
  await db.query(sql`
    with gone as (delete from middle.executor where name = ${name})
    update middle.execution_open set state = 'ready', executor = null where state = 'running' and executor = ${name}`);
}

/** Puts back the executions of executors that went silent; returns how many. */
export async function reapExecutors(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(sql`
    with gone as (delete from middle.executor where lease_until < clock_timestamp() returning name)
    update middle.execution_open o set state = 'ready', executor = null, fence = o.fence + 1, restarts = o.restarts + 1
    where o.state = 'running' and (o.executor in (select name from gone)
      or not exists (select 1 from middle.executor e where e.name = o.executor))`);
  return rowCount ?? 0;
}

/** Makes ready what has waited long enough; returns how many. */
export async function wakeExecutions(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    update middle.execution_open set state = 'ready' where id in (
      select id from middle.execution_open where state = 'waiting' and next_at <= clock_timestamp()
      order by next_at limit ${limit} for update skip locked)`);
  return rowCount ?? 0;
}

/** Of the executor's executions, those that someone asked to cancel. */
export async function cancelledExecutions(
  db: Queryable,
  executor: string,
): Promise<readonly { readonly id: string; readonly by: string }[]> {
  const { rows } = await db.query<{ id: string; by: string }>(sql`
    select id, coalesce(cancelled_by, 'system') as by from middle.execution_open
    where cancel_requested_at is not null and state = 'running' and executor = ${executor}`);
  return rows;
}

/** All that the executor has, as far as the database knows. */
export async function heldExecutions(db: Queryable, executor: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    sql`select id from middle.execution_open where state = 'running' and executor = ${executor}`,
  );
  return rows.map(({ id }) => id);
}

/** Puts back executions that this executor can't go on with, such as after a failed commit. */
export async function releaseExecutions(
  db: Queryable,
  executor: string,
  ids: readonly string[],
): Promise<void> {
  await db.query(sql`
    update middle.execution_open set state = 'ready', executor = null, fence = fence + 1
    where id = any(${ids}::uuid[]) and state = 'running' and executor = ${executor}`);
}
