import sql from 'sql-template-tag';
import type { InvocationOutcome, RunDecision, RunError } from '@middle/core/run-outcome.ts';
import type { Database, Queryable } from './database.ts';
import { only } from './only.ts';
import { mayTry } from './sync-ticks.ts';
import { forgetSeen } from './vanished.ts';

export async function readRecordType(
  db: Queryable,
  runId: string,
): Promise<{ readonly recordType: string; readonly functionKey: string }> {
  const { rows } = await db.query<{ recordType: string; functionKey: string }>(sql`
    select rs.record_type as "recordType", s.function_key as "functionKey"
    from middle.sync_run r join middle.record_set rs on rs.id = r.record_set_id join middle.sync s on s.id = r.sync_id
    where r.id = ${runId}`);
  return only(rows);
}

/** A run whose function has ended, with its newest invocation. */
export interface StoringRun {
  readonly runId: string;
  /** Key of the app, whose queue may still hold the run's messages. */
  readonly app: string;
  readonly recordSetId: number;
  readonly kind: 'complete' | 'recent' | 'lookup';
  readonly invocationId: string;
  readonly outcome: InvocationOutcome;
  readonly error: RunError | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly cancelRequested: boolean;
  readonly messages: number;
  readonly applied: number;
  /** Nothing was applied for minutes although messages are missing. */
  readonly silent: boolean;
  readonly marksDeleted: boolean;
  /** Records set aside that had no id, so that nothing can be said of which ones were seen. */
  readonly namelessInvalid: boolean;
  /** A complete transfer that marks what vanished has named at least one record. */
  readonly sawRecords: boolean;
  /** When its first invocation began. */
  readonly startedAt: Date;
}

/** Runs that can be settled: every message applied, or none for `silentMinutes`. */
export async function storingRuns(
  db: Queryable,
  silentMinutes: number,
  limit: number,
): Promise<StoringRun[]> {
  const { rows } = await db.query<StoringRun>(sql`
    select * from (
      select r.id as "runId", a.key as app, r.record_set_id as "recordSetId", r.kind, i.id as "invocationId", i.outcome, i.error,
        r.attempts, r.max_attempts as "maxAttempts", r.cancel_requested_at is not null as "cancelRequested",
        coalesce(i.final_sequence, 0) as messages, i.applied_messages as applied,
        greatest(i.ended_at, r.progressed_at) < now() - make_interval(mins => ${silentMinutes}) as silent,
        r.kind = 'complete' and s.mark_deleted as "marksDeleted",
        exists (select 1 from middle.invalid_record q where q.sync_run_id = r.id and q.record_id is null) as "namelessInvalid",
        exists (select 1 from middle.transfer_seen t where t.sync_run_id = r.id) as "sawRecords",
        (select min(f.started_at) from middle.invocation f where f.sync_run_id = r.id) as "startedAt"
      from middle.sync_run r
      join middle.sync s on s.id = r.sync_id
      join lateral (
        select * from middle.invocation n where n.sync_run_id = r.id order by n.id desc limit 1
      ) i on i.state = 'ended'
      join middle.app a on a.id = i.app_id
      where r.state = 'storing'
    ) ended
    where applied >= messages or silent
    limit ${limit}`);
  return rows;
}

/** Puts a decision into effect; false when the run has been settled by another worker. */
export async function settleRun(
  database: Database,
  run: StoringRun,
  decision: RunDecision,
  place: { readonly cursor: unknown; readonly progressed: boolean },
): Promise<boolean> {
  return database.transaction(async (client) => {
    const error = 'error' in decision ? JSON.stringify(decision.error) : null;
    const again = decision.state === 'queued' ? decision.afterSeconds : 0;
    // An attempt that moved the cursor is no failed one: a long transfer may take any number of them.
    const { rowCount } = await client.query(sql`
      update middle.sync_run set state = ${decision.state}, error = ${error}::jsonb,
        cursor = ${decision.state === 'queued' ? JSON.stringify(place.cursor) : null}::jsonb,
        next_attempt_at = now() + make_interval(secs => ${again}),
        attempts = case when ${place.progressed}::boolean and ${decision.state}::text = 'queued' then 0 else attempts end,
        ended_at = case when ${decision.state}::text <> 'queued' then now() end, progressed_at = now()
      where id = ${run.runId} and state = 'storing'`);
    if (rowCount !== 1) return false;
    if (decision.state === 'succeeded') await noteSuccess(client, run);
    if (decision.state === 'failed' && decision.error.code === 'credentials_rejected') {
      await noteRefusal(client, run, decision.error.message);
    }
    if (run.kind === 'complete' && decision.state !== 'queued') await forgetSeen(client, run.runId);
    if (run.kind === 'lookup' && decision.state !== 'queued') await settleLookup(client, run, decision);
    return true;
  });
}

/**
 * A window that begins where all is covered, or before, moves on how far it is; one that a person chose later leaves a
 * gap and moves nothing. A run that went well also says that the outside system takes the credentials.
 */
async function noteSuccess(client: Queryable, { runId }: StoringRun): Promise<void> {
  await client.query(sql`
    update middle.sync s set ticks_since_success = 0, succeeded_at = now() from middle.sync_run r
    where r.id = ${runId} and s.id = r.sync_id`);
  await client.query(sql`
    update middle.sync s set covered_until = (r.input ->> 'until')::timestamptz
    from middle.sync_run r
    where r.id = ${runId} and s.id = r.sync_id and r.kind = 'recent'
      and case when s.covered_until is null then r.cause = 'schedule' or r.started_by is null
        else (r.input ->> 'since')::timestamptz <= s.covered_until
          and (r.input ->> 'until')::timestamptz > s.covered_until end`);
  await client.query(sql`
    update middle.connection c set attention = null, attention_at = null from middle.sync_run r
    where r.id = ${runId} and c.id = r.connection_id and c.attention is not null`);
}

/** Also a fresh token may be refused; what was said of the credentials first says more. */
async function noteRefusal(client: Queryable, { runId }: StoringRun, message: string): Promise<void> {
  await client.query(sql`
    update middle.connection c set attention = coalesce(c.attention, ${message}), attention_at = now()
    from middle.sync_run r where r.id = ${runId} and c.id = r.connection_id`);
}

/** Says on a run what deserves a look although it went well. */
export async function noteWarning(db: Queryable, runId: string, warning: string): Promise<void> {
  await db.query(sql`update middle.sync_run set warning = ${warning} where id = ${runId}`);
}

/** Attempts of a lookup before it gives up, visibly. */
const LOOKUP_ATTEMPTS = 3;
const LOOKUP_RETRY_SECONDS = 60;

async function settleLookup(client: Queryable, run: StoringRun, decision: RunDecision): Promise<void> {
  const reason = 'error' in decision ? decision.error.message : 'the outside system gave no such record';
  await client.query(sql`
    update middle.lookup_request q set
      attempts = attempts + 1,
      state = case when there.found then 'found' when q.attempts + 1 >= ${LOOKUP_ATTEMPTS} then 'gave_up' else 'pending' end,
      reason = case when there.found then null else ${reason} end,
      next_at = now() + make_interval(secs => ${LOOKUP_RETRY_SECONDS} * (q.attempts + 1)),
      settled_at = case when there.found or q.attempts + 1 >= ${LOOKUP_ATTEMPTS} then now() end
    from (
      select l.record_set_id, l.record_id, exists (
        select 1 from middle.record d where d.record_set_id = l.record_set_id and d.id = l.record_id) as found
      from middle.lookup_request l where l.sync_run_id = ${run.runId}
    ) there
    where q.record_set_id = there.record_set_id and q.record_id = there.record_id and q.state = 'running'`);
}

/** Queues a lookup run for each due request, as many as one connection may have open; settles those that have arrived. */
export async function startLookups(database: Database, openPerConnection: number): Promise<number> {
  return database.transaction(async (client) => {
    await client.query(sql`
      update middle.lookup_request q set state = 'found', settled_at = now()
      where q.state = 'pending' and q.next_at <= now() and exists (
        select 1 from middle.record d where d.record_set_id = q.record_set_id and d.id = q.record_id)`);
    const { rows } = await client.query<{ id: string }>(sql`
      with due as (
        select q.record_set_id, q.record_id, s.id as sync_id, rs.connection_id,
          row_number() over (partition by rs.connection_id order by q.next_at) as place,
          (select count(*) from middle.sync_run o where o.connection_id = rs.connection_id and o.kind = 'lookup'
            and o.state in ('queued', 'running', 'storing')) as open
        from middle.lookup_request q
        join middle.record_set rs on rs.id = q.record_set_id
        join middle.sync s on s.record_set_id = rs.id and s.kind = 'lookup' and s.enabled
        join middle.connection c on c.id = rs.connection_id and c.enabled
        join middle.account a on a.id = c.account_id and a.enabled
        where q.state = 'pending' and q.next_at <= now() and ${mayTry}
      ), chosen as (
        select due.* from due
        join middle.lookup_request q on q.record_set_id = due.record_set_id and q.record_id = due.record_id
        where place + open <= ${openPerConnection} and q.state = 'pending'
        for update of q skip locked
      ), named as (
        select chosen.*, uuidv7() as run_id from chosen
      ), runs as (
        insert into middle.sync_run (id, sync_id, record_set_id, connection_id, kind, cause, input)
        select run_id, sync_id, record_set_id, connection_id, 'lookup', 'foreign_key', jsonb_build_object('id', record_id)
        from named returning id
      ), running as (
        update middle.lookup_request q set state = 'running', sync_run_id = named.run_id
        from named where q.record_set_id = named.record_set_id and q.record_id = named.record_id
      )
      select id from runs`);
    return rows.length;
  });
}
