import sql from 'sql-template-tag';
import { RESTARTS_PER_ATTEMPT } from '@middle/core/run-outcome.ts';
import type { InvocationOutcome, RunError } from '@middle/core/run-outcome.ts';
import { FUNCTIONS_AT_ONCE } from '@middle/core/sync-plan.ts';
import type { Database, Queryable } from './database.ts';
import { lastCursor } from './run-cursor.ts';
import { mayTry } from './sync-ticks.ts';

/** A run in the hands of one worker, with the invocation it made for this attempt. */
export interface ClaimedRun {
  readonly runId: string;
  readonly invocationId: string;
  readonly fence: string;
  readonly connectionId: string;
  readonly kind: 'complete' | 'recent' | 'lookup';
  readonly input: unknown;
  readonly cursor: unknown;
  readonly attempt: number;
  /** Without progress for so long it is ended. */
  readonly stallSeconds: number;
}

export interface Claim {
  readonly worker: string;
  readonly leaseSeconds: number;
  /** How many lookups of one connection may run at a time. */
  readonly lookups: number;
  /** Connections that have their share of this worker already. */
  readonly except?: readonly string[];
}

/** How many functions a connection may run at a time: as set, else as its manifest says. */
export const functionsAllowed = sql`coalesce(c.functions_at_once, (v.manifest ->> 'functionsAtOnce')::integer,
  ${FUNCTIONS_AT_ONCE})`;

/**
 * Takes the next due run: queued, its account and connection on, no other run of its sync under way, its connection
 * below its limit. The connection with the fewest running functions comes first, so that one with many syncs does not
 * keep the others waiting. One claim at a time over all workers, or two would count the same and both go ahead. The
 * run and its invocation change in one transaction, so the intent is written before any work.
 */
export async function claimRun(database: Database, claim: Claim): Promise<ClaimedRun | null> {
  return database.transaction(async (client) => {
    await client.query(sql`select pg_advisory_xact_lock(hashtext('middle.claim_run'))`);
    const { rows } = await client.query<ClaimedRun>(sql`
      with running as (
        select connection_id, count(*) as functions, count(*) filter (where kind = 'lookup') as lookups
        from middle.sync_run where state = 'running' group by connection_id
      ), chosen as (
        select r.id, c.app_id, c.app_version_id, s.function_key, s.stall_seconds
        from middle.sync_run r
        join middle.sync s on s.id = r.sync_id
        join middle.connection c on c.id = r.connection_id
        join middle.app_version v on v.id = c.app_version_id
        join middle.account a on a.id = c.account_id
        left join running u on u.connection_id = c.id
        where r.state = 'queued' and r.next_attempt_at <= now() and r.cancel_requested_at is null
          and c.enabled and a.enabled and (r.cause = 'person' or ${mayTry})
          and coalesce(u.functions, 0) < ${functionsAllowed} and c.id <> all (${claim.except ?? []}::uuid[])
          and case when r.kind = 'lookup' then coalesce(u.lookups, 0) < ${claim.lookups}
            else not exists (select 1 from middle.sync_run o
              where o.sync_id = r.sync_id and o.id <> r.id and o.state in ('running', 'storing')) end
        order by coalesce(u.functions, 0), r.kind = 'lookup', r.next_attempt_at, r.id
        for update of r skip locked
        limit 1
      ), run as (
        update middle.sync_run r set state = 'running', attempts = r.attempts + 1,
          started_at = coalesce(r.started_at, now()), progressed_at = now()
        from chosen where r.id = chosen.id
        returning r.id, r.connection_id, r.kind, r.input, r.cursor, r.attempts
      ), invocation as (
        insert into middle.invocation (sync_run_id, connection_id, app_id, app_version_id, function_key, kind, attempt,
          fence, lease_until, worker, started_at)
        select run.id, run.connection_id, chosen.app_id, chosen.app_version_id, chosen.function_key, 'sync', run.attempts,
          1, now() + make_interval(secs => ${claim.leaseSeconds}), ${claim.worker},
          -- Newest wins by this, so a later attempt is newer also when the clock went back in between.
          greatest(date_trunc('milliseconds', clock_timestamp()), (
            select max(i.started_at) + interval '1 millisecond' from middle.invocation i where i.sync_run_id = run.id))
        from run, chosen returning id, fence
      )
      select run.id as "runId", invocation.id as "invocationId", invocation.fence::text as fence,
        run.connection_id as "connectionId", run.kind, run.input, run.cursor, run.attempts as attempt,
        chosen.stall_seconds as "stallSeconds"
      from run, invocation, chosen`);
    return rows[0] ?? null;
  });
}

export type Beat = 'go_on' | 'cancelled' | 'stalled' | 'lost';

/** Renews the lease and says whether to go on. A run that made no progress for its sync's time is stalled. */
export async function renewRun(
  db: Queryable,
  run: Pick<ClaimedRun, 'invocationId' | 'fence'>,
  leaseSeconds: number,
): Promise<Beat> {
  const { rows } = await db.query<{ cancelled: boolean; stalled: boolean }>(sql`
    update middle.invocation i set lease_until = now() + make_interval(secs => ${leaseSeconds})
    from middle.sync_run r join middle.sync s on s.id = r.sync_id
    where i.id = ${run.invocationId} and i.fence = ${run.fence}::bigint and i.state = 'running' and r.id = i.sync_run_id
    returning r.cancel_requested_at is not null as cancelled,
      r.progressed_at < now() - make_interval(secs => s.stall_seconds) as stalled`);
  const [beat] = rows;
  if (beat === undefined) return 'lost';
  return beat.cancelled ? 'cancelled' : beat.stalled ? 'stalled' : 'go_on';
}

export interface InvocationEnd {
  readonly outcome: InvocationOutcome;
  readonly error: RunError | null;
  readonly messages: number;
  readonly records: number;
  readonly milliseconds: number;
  readonly start: string;
}

/** Notes how the function ended; its messages may still be on their way. False when another worker has the run now. */
export async function endInvocation(
  database: Database,
  run: Pick<ClaimedRun, 'runId' | 'invocationId' | 'fence'>,
  end: InvocationEnd,
): Promise<boolean> {
  return database.transaction(async (client) => {
    const { rowCount } = await client.query(sql`
      update middle.invocation set state = 'ended', ended_at = now(), lease_until = null, outcome = ${end.outcome},
        error = coalesce(${end.error === null ? null : JSON.stringify(end.error)}::jsonb, error),
        final_sequence = coalesce(final_sequence, ${end.messages}::integer), sent_records = ${end.records},
        duration_ms = ${Math.round(end.milliseconds)}, start_kind = ${end.start}
      where id = ${run.invocationId} and fence = ${run.fence}::bigint and state = 'running'`);
    if (rowCount !== 1) return false;
    await client.query(sql`
      update middle.sync_run set state = 'storing' where id = ${run.runId} and state = 'running'`);
    await client.query(sql`select pg_notify('middle_settle', ${run.invocationId})`);
    return true;
  });
}

/**
 * Ends the invocations whose worker went silent and puts their runs back, from the last stored cursor; cancels queued
 * runs that someone asked to cancel. Returns how many runs it moved.
 */
export async function reapRuns(database: Database): Promise<number> {
  const cancelled = await database.transaction(async (client) => {
    const { rows: runs } = await client.query<EndedRun>(sql`
      update middle.sync_run set state = 'cancelled', ended_at = now()
      where state = 'queued' and cancel_requested_at is not null returning id, kind, state`);
    for (const run of runs) await releaseLookups(client, run);
    return runs.length;
  });
  const { rows } = await database.query<{ id: string; runId: string }>(sql`
    select id, sync_run_id as "runId" from middle.invocation
    where state = 'running' and lease_until < now() and sync_run_id is not null limit 100`);
  for (const { id, runId } of rows) {
    await database.transaction(async (client) => {
      const error = JSON.stringify({
        code: 'function_lost',
        message: 'its worker went silent',
        fault: 'platform',
      });
      const ended = await client.query(sql`
        update middle.invocation set state = 'ended', ended_at = now(), fence = fence + 1, outcome = 'restarted',
          error = ${error}::jsonb, lease_until = null
        where id = ${id} and state = 'running' and lease_until < now()`);
      if (ended.rowCount !== 1) return;
      const { cursor, progressed } = await lastCursor(client, runId);
      const most = RESTARTS_PER_ATTEMPT;
      const { rows: moved } = await client.query<EndedRun>(sql`
        update middle.sync_run set cursor = ${JSON.stringify(cursor)}::jsonb, next_attempt_at = now(),
          state = case when cancel_requested_at is not null then 'cancelled' when ${progressed}::boolean or attempts < max_attempts * ${most} then 'queued' else 'failed' end,
          error = ${error}::jsonb,
          attempts = case when ${progressed}::boolean then 0 else attempts end,
          ended_at = case when cancel_requested_at is not null
            or not (${progressed}::boolean or attempts < max_attempts * ${most}) then now() end
        where id = ${runId} and state = 'running' returning id, kind, state`);
      for (const run of moved) await releaseLookups(client, run);
    });
  }
  return rows.length + cancelled;
}

interface EndedRun {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}

/** What a lookup that ended before its function did was to find gives up visibly; a person may ask for it again. */
async function releaseLookups(client: Queryable, run: EndedRun): Promise<void> {
  if (run.kind !== 'lookup' || run.state === 'queued') return;
  await client.query(sql`
    update middle.lookup_request set state = 'gave_up', attempts = attempts + 1, settled_at = now(),
      reason = ${run.state === 'cancelled' ? 'the lookup was cancelled' : 'its workers went silent again and again'}
    where sync_run_id = ${run.id} and state = 'running'`);
}
