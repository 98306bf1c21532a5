import sql from 'sql-template-tag';
import type { StepError } from '@middle/core/workflow/course.ts';
import type { Queryable, Transaction } from '../database.ts';
import { jsonOf } from '../json.ts';

/** One step run as it is to be kept; the same sequence again replaces it. */
export interface StepRunRow {
  readonly sequence: number;
  readonly place: string;
  readonly kind: string;
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly branch?: string | null | undefined;
  readonly attempts?: number;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly sealed?: Uint8Array | null;
  readonly error?: StepError | null;
  readonly tried?: readonly unknown[];
  readonly invocationId?: string | null;
  readonly reused?: boolean;
  readonly queuedAt: Date;
  readonly startedAt: Date;
  readonly ranAt?: Date | null;
}

export interface ExecutionEnding {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly output: unknown;
  readonly error: StepError | null;
  /** The place that ended it. */
  readonly endedIn: string | null;
  /** How many step runs it has; null: to be counted. */
  readonly steps: number | null;
}

/** The record whose change wakes an execution. */
export interface RecordWait {
  readonly recordSetId: number;
  readonly id: string;
}

export type NextState =
  | { readonly kind: 'go_on' }
  /** Lets go of it until `until`, or until something wakes it. */
  | {
      readonly kind: 'wait';
      readonly until: Date;
      readonly record?: RecordWait | null;
    }
  | { readonly kind: 'end'; readonly end: ExecutionEnding };

/** What one execution has to write: its new step runs, and what becomes of it. */
export interface ExecutionWrite {
  readonly id: string;
  readonly fence: string;
  readonly steps: readonly StepRunRow[];
  readonly next: NextState;
}

/**
 * Writes what many executions did, in the caller's transaction. Only executions whose fence is still the caller's are
 * written; their rows stay locked until the commit, so an executor that lost its lease can't write beside the one that
 * took over.
 * @returns the keys of those that were written
 */
export async function commitExecutions(
  client: Transaction,
  writes: readonly ExecutionWrite[],
): Promise<ReadonlySet<string>> {
  const held = await commitSteps(client, writes);
  const mine = writes.filter((write) => held.has(writeKey(write)));
  await setWaiting(client, mine);
  await endExecutions(
    client,
    mine.flatMap(({ id, next }) => (next.kind === 'end' ? [{ id, ...next.end }] : [])),
  );
  return held;
}

/** Tells apart what a process writes of an execution that it lost and got back. */
export function writeKey({ id, fence }: Pick<ExecutionWrite, 'id' | 'fence'>): string {
  return `${id}:${fence}`;
}

/**
 * Writes step runs of those executions whose fence is still the caller's, in one statement: when nothing else is to be
 * written, that is the whole commit.
 * @returns the keys of those that are the caller's
 */
export async function commitSteps(
  db: Queryable,
  writes: readonly Pick<ExecutionWrite, 'id' | 'fence' | 'steps'>[],
): Promise<ReadonlySet<string>> {
  const steps = writes.flatMap(({ id, fence, steps: of }) => of.map((step) => ({ id, fence, step })));
  const all = <Value>(of: (step: StepRunRow) => Value): Value[] => steps.map(({ step }) => of(step));
  const { rows } = await db.query<{ id: string; fence: string }>(sql`
    with held as (
      select o.id, o.fence
      from unnest(${writes.map(({ id }) => id)}::uuid[], ${writes.map(({ fence }) => fence)}::bigint[]) w(id, fence)
      join middle.execution_open o on o.id = w.id and o.fence = w.fence and o.state = 'running'
      order by o.id for update of o
    ), written as (
      insert into middle.step_run as r (execution_id, sequence, place, kind, state, branch, attempts, input, output,
        sealed, error, tried, invocation_id, reused, queued_at, started_at, ran_at)
      select held.id, s.sequence, s.place, s.kind, s.state, s.branch, s.attempts, s.input, s.output, s.sealed, s.error, s.tried,
        s.invocation_id, s.reused, s.queued_at, s.started_at, s.ran_at
      from unnest(
        ${steps.map(({ id }) => id)}::uuid[],
        ${steps.map(({ fence }) => fence)}::bigint[],
        ${all(({ sequence }) => sequence)}::integer[],
        ${all(({ place }) => place)}::text[],
        ${all(({ kind }) => kind)}::text[],
        ${all(({ state }) => state)}::text[],
        ${all(({ branch }) => branch ?? null)}::text[],
        ${all(({ attempts }) => attempts ?? 1)}::smallint[],
        ${all(({ input }) => jsonOf(input))}::jsonb[],
        ${all(({ output }) => jsonOf(output))}::jsonb[],
        ${all(({ sealed }) => sealed ?? null)}::bytea[],
        ${all(({ error }) => jsonOf(error))}::jsonb[],
        ${all(({ tried }) => (tried === undefined || tried.length === 0 ? null : jsonOf(tried)))}::jsonb[],
        ${all(({ invocationId }) => invocationId ?? null)}::uuid[],
        ${all(({ reused }) => reused ?? false)}::boolean[],
        ${all(({ queuedAt }) => queuedAt)}::timestamptz[],
        ${all(({ startedAt }) => startedAt)}::timestamptz[],
        ${all(({ ranAt }) => ranAt ?? null)}::timestamptz[]
      ) s(execution_id, fence, sequence, place, kind, state, branch, attempts, input, output, sealed, error, tried,
        invocation_id, reused, queued_at, started_at, ran_at)
      join held on held.id = s.execution_id and held.fence = s.fence
      on conflict (execution_id, sequence) do update set state = excluded.state, branch = excluded.branch,
        attempts = excluded.attempts, input = excluded.input, output = excluded.output, sealed = excluded.sealed,
        error = excluded.error, tried = excluded.tried, invocation_id = excluded.invocation_id,
        started_at = excluded.started_at, ran_at = excluded.ran_at, stored_at = clock_timestamp()
    )
    select id, fence::text as fence from held`);
  return new Set(rows.map(writeKey));
}

async function setWaiting(client: Transaction, writes: readonly ExecutionWrite[]): Promise<void> {
  const waits = writes.flatMap(({ id, next }) => (next.kind === 'wait' ? [{ id, ...next }] : []));
  if (waits.length === 0) return;
  const changed = await setRecordWaits(client, waits);
  await client.query(sql`
    update middle.execution_open o set state = 'waiting', executor = null,
      next_at = case when o.id = any(${changed}::uuid[]) then clock_timestamp() else w.until end
    from unnest(${waits.map(({ id }) => id)}::uuid[], ${waits.map(({ until }) => until)}::timestamptz[]) w(id, until)
    where o.id = w.id`);
}

/** @returns the executions whose records changed since they looked at them */
async function setRecordWaits(
  client: Transaction,
  waits: readonly { readonly id: string; readonly record?: RecordWait | null }[],
): Promise<readonly string[]> {
  const all = waits.flatMap(({ id, record }) =>
    record === undefined || record === null ? [] : [{ id, record }],
  );
  if (all.length === 0) return [];
  const { rows } = await client.query<{ id: string }>(sql`
    with set as (
      insert into middle.execution_wait (execution_id, record_set_id, record_id)
      select * from unnest(${all.map(({ id }) => id)}::uuid[], ${all.map(({ record }) => record.recordSetId)}::integer[],
        ${all.map(({ record }) => record.id)}::text[])
      on conflict (execution_id) do update set record_set_id = excluded.record_set_id, record_id = excluded.record_id,
        changed = false
      returning execution_id, old.changed
    )
    select execution_id as id from set where changed`);
  return rows.map(({ id }) => id);
}

/** Moves executions to history, tells those that follow the ended ones, and wakes the executions that called them. */
export async function endExecutions(
  client: Transaction,
  ends: readonly (ExecutionEnding & { readonly id: string })[],
): Promise<void> {
  if (ends.length === 0) return;
  await client.query(sql`
    with e as (
      select * from unnest(${ends.map(({ id }) => id)}::uuid[], ${ends.map(({ state }) => state)}::text[],
        ${ends.map(({ output }) => jsonOf(output))}::jsonb[], ${ends.map(({ error }) => jsonOf(error))}::jsonb[],
        ${ends.map(({ endedIn }) => endedIn)}::text[], ${ends.map(({ steps }) => steps)}::integer[])
        e(id, state, output, error, ended_in, step_runs)
    ), gone as (
      delete from middle.execution_open o using e where o.id = e.id
      returning o.*, e.state as end_state, e.output, e.error, e.ended_in, e.step_runs
    ), kept as (
      insert into middle.execution (id, account_id, workflow_id, version, state, cause, started_by, trigger_id, parent_id,
        parent_place, again_of, again_from, record_set_id, record_id, record_version, input, sealed, variables, output,
        error, ended_in, queued_at, started_at, restarts, steps, cancelled_by)
      select g.id, account_id, workflow_id, version, end_state, cause, started_by, trigger_id, parent_id, parent_place,
        again_of, again_from, record_set_id, record_id, record_version, input, sealed, variables, output, error, ended_in, queued_at,
        started_at, restarts,
        coalesce(step_runs, (select count(*) from middle.step_run r where r.execution_id = g.id)), cancelled_by
      from gone g
    ), counted as (
      insert into middle.execution_tally (account_id, workflow_id, trigger_id, day, succeeded, failed, cancelled)
      select account_id, workflow_id, case when cause = 'trigger' then trigger_id end, middle.day_of(id),
        count(*) filter (where end_state = 'succeeded'), count(*) filter (where end_state = 'failed'),
        count(*) filter (where end_state = 'cancelled')
      from gone group by 1, 2, 3, 4
    ), told as (
      insert into middle.execution_batch (ids) select array_agg(id) from gone having count(*) > 0
      -- Somebody may be waiting for what they called; of the others nobody is told one by one.
      returning (select count(pg_notify('middle_execution_ended', g.id::text)) from gone g where g.cause = 'api')
    ), parts as (
      update middle.bulk_run b set succeeded = b.succeeded + c.succeeded, failed = b.failed + c.failed,
        cancelled = b.cancelled + c.cancelled
      from (select parent_id, parent_place, count(*) filter (where end_state = 'succeeded') as succeeded,
          count(*) filter (where end_state = 'failed') as failed, count(*) filter (where end_state = 'cancelled') as cancelled
        from gone where cause = 'bulk' group by parent_id, parent_place order by parent_id) c
      where b.execution_id = c.parent_id and b.place = c.parent_place
      returning b.execution_id, 2 * (b.begun - b.succeeded - b.failed - b.cancelled) <= b.at_once as has_room
    )
    -- A bulk step is woken when half of its places are free, not for each of its executions.
    update middle.execution_open o set state = 'ready', next_at = clock_timestamp()
    where o.state = 'waiting' and o.id in (
      select parent_id from gone where cause = 'workflow' union select execution_id from parts where has_room)`);
}

/** Ends what someone asked to cancel and no executor has: also what waits, and what belongs to an account that is off. */
export async function endCancelled(client: Transaction, limit: number): Promise<number> {
  const { rows } = await client.query<{ id: string }>(sql`
    select id from middle.execution_open where cancel_requested_at is not null and state <> 'running'
    order by id limit ${limit} for update skip locked`);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await cancelParts(client, ids);
  await client.query(sql`
    update middle.step_run set state = 'cancelled', stored_at = clock_timestamp()
    where execution_id = any(${ids}::uuid[]) and state in ('running', 'waiting')`);
  await endExecutions(
    client,
    ids.map((id) => ({ id, state: 'cancelled', output: null, error: null, endedIn: null, steps: null })),
  );
  return ids.length;
}

/** What a cancelled execution has begun is cancelled with it. */
export async function cancelParts(client: Transaction, parents: readonly string[]): Promise<void> {
  await client.query(sql`
    update middle.execution_open c set cancel_requested_at = clock_timestamp(), cancelled_by = p.cancelled_by
    from middle.execution_open p
    where c.parent_id = any(${parents}::uuid[]) and p.id = c.parent_id and c.cancel_requested_at is null`);
}
