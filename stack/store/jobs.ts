import sql, { empty, join } from 'sql-template-tag';
import type { Queryable } from './database.ts';

/**
 * Jobs: queued -> running -> succeeded | failed | cancelled. A worker claims a job for a lease and renews the lease
 * while it works. When the lease passes, another worker claims it again with a higher fence, and whatever the slow one
 * still writes changes nothing. After `maxAttempts` claims it fails. Ended jobs are final.
 * Leases are kept by the database's clock, which all workers share.
 */
export const JOB_KINDS = [
  'search_rebuild',
  'search_check',
  'reprocess',
  'balance_check',
  'connection_test',
  'replay',
  'run_again',
  'mail_test',
  'alert_channel_test',
  'module_update',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobProgress {
  readonly done: number;
  readonly total: number | null;
}

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly fault: string;
}

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly subject: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: JobProgress | null;
  readonly result: unknown;
  readonly error: JobError | null;
  readonly cancelRequested: boolean;
  readonly requestedBy: string;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** A job in the hands of one worker. */
export interface ClaimedJob extends Job {
  readonly fence: string;
}

/** As a Job has them. */
export const JOB_COLUMNS = sql`id, kind, subject, input, state, attempts, max_attempts as "maxAttempts", progress, result, error,
  cancel_requested_at is not null as "cancelRequested", requested_by as "requestedBy", queued_at as "queuedAt",
  started_at as "startedAt", ended_at as "endedAt"`;

/** Asks for a job and wakes the workers. While one of the same kind and subject is open, that one is returned. */
export async function addJob(
  db: Queryable,
  job: {
    readonly kind: JobKind;
    readonly subject?: string;
    readonly input?: Readonly<Record<string, unknown>>;
    /** How often workers may take it up. Default: 3. */
    readonly maxAttempts?: number;
    readonly requestedBy: string;
  },
): Promise<Job> {
  const { rows } = await db.query<Job>(sql`
    with added as (
      insert into middle.job (kind, subject, input, max_attempts, requested_by)
      values (${job.kind}, ${job.subject ?? ''}, ${JSON.stringify(job.input ?? {})}, ${job.maxAttempts ?? 3}, ${job.requestedBy})
      -- An update that changes nothing makes the conflict return the open row.
      on conflict (kind, subject) where state in ('queued', 'running') do update set kind = excluded.kind
      returning ${JOB_COLUMNS}
    )
    select added.*, pg_notify('middle_job', added.kind) from added`);
  const [added] = rows;
  if (added === undefined) throw new TypeError('insert returned no row');
  return added;
}

/** Takes the oldest due job of these kinds, also one whose worker went silent. Null when there is none. */
export async function claimJob(
  db: Queryable,
  claim: { readonly kinds: readonly JobKind[]; readonly worker: string; readonly leaseSeconds: number },
): Promise<ClaimedJob | null> {
  await db.query(sql`
    update middle.job set state = 'failed', ended_at = now(), lease_until = null,
      error = coalesce(error, jsonb_build_object('code', 'internal', 'fault', 'platform',
        'message', 'its worker went silent ' || attempts || ' times'))
    where state = 'running' and lease_until < now() and attempts >= max_attempts`);
  const { rows } = await db.query<ClaimedJob>(sql`
    update middle.job set state = 'running', attempts = attempts + 1, fence = fence + 1, worker = ${claim.worker},
      lease_until = now() + make_interval(secs => ${claim.leaseSeconds}), started_at = coalesce(started_at, now())
    where id = (
      select id from middle.job
      where kind = any(${claim.kinds}) and attempts < max_attempts
        and ((state = 'queued' and next_attempt_at <= now()) or (state = 'running' and lease_until < now()))
      order by next_attempt_at, id
      for update skip locked
      limit 1
    )
    returning ${JOB_COLUMNS}, fence::text as fence`);
  return rows[0] ?? null;
}

/** Keeps the lease and tells how far it is. `kept` is false when another worker has the job now. */
export async function renewJob(
  db: Queryable,
  job: { readonly id: string; readonly fence: string },
  renewal: { readonly leaseSeconds: number; readonly progress?: JobProgress | undefined },
): Promise<{ readonly kept: boolean; readonly cancelRequested: boolean }> {
  const progress =
    renewal.progress === undefined ? empty : sql`, progress = ${JSON.stringify(renewal.progress)}::jsonb`;
  const { rows } = await db.query<{ cancelRequested: boolean }>(sql`
    update middle.job set lease_until = now() + make_interval(secs => ${renewal.leaseSeconds})${progress}
    where id = ${job.id} and fence = ${job.fence} and state = 'running'
    returning cancel_requested_at is not null as "cancelRequested"`);
  return { kept: rows.length === 1, cancelRequested: rows[0]?.cancelRequested ?? false };
}

export type JobEnd =
  | { readonly state: 'succeeded'; readonly result: unknown }
  | { readonly state: 'failed'; readonly error: JobError }
  | { readonly state: 'cancelled' }
  | { readonly state: 'queued'; readonly error: JobError; readonly afterSeconds: number };

/** Ends a job, or puts it back for another attempt. False when another worker has the job now. */
export async function endJob(
  db: Queryable,
  job: { readonly id: string; readonly fence: string },
  end: JobEnd,
): Promise<boolean> {
  const sets = [sql`state = ${end.state}`, sql`lease_until = null`];
  if (end.state === 'queued')
    sets.push(sql`next_attempt_at = now() + make_interval(secs => ${end.afterSeconds})`);
  else sets.push(sql`ended_at = now()`);
  if (end.state === 'succeeded') {
    sets.push(sql`result = ${JSON.stringify(end.result ?? null)}::jsonb`, sql`error = null`);
  }
  if (end.state === 'failed' || end.state === 'queued')
    sets.push(sql`error = ${JSON.stringify(end.error)}::jsonb`);
  const { rowCount } = await db.query(sql`
    update middle.job set ${join(sets)} where id = ${job.id} and fence = ${job.fence} and state = 'running'`);
  return rowCount === 1;
}

/** A queued job is cancelled at once; a running one is asked to stop. False when it has ended or is unknown. */
export async function cancelJob(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.job set cancel_requested_at = coalesce(cancel_requested_at, now()),
      ended_at = case state when 'queued' then now() end,
      state = case state when 'queued' then 'cancelled' else state end
    where id = ${id} and state in ('queued', 'running')`);
  return rowCount === 1;
}

export async function getJob(db: Queryable, id: string): Promise<Job | null> {
  const { rows } = await db.query<Job>(sql`select ${JOB_COLUMNS} from middle.job where id = ${id}`);
  return rows[0] ?? null;
}

/** Newest first; `after` is the id of the last job of the page before. */
export async function listJobs(
  db: Queryable,
  page: { readonly kind?: JobKind | undefined; readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Job[]> {
  const { rows } = await db.query<Job>(sql`
    select ${JOB_COLUMNS} from middle.job
    where true ${page.kind === undefined ? empty : sql`and kind = ${page.kind}`}
      ${page.after === undefined ? empty : sql`and id < ${page.after}`}
    order by id desc limit ${page.limit}`);
  return rows;
}

/** Removes ended jobs older than this; returns how many. */
export async function deleteEndedJobs(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`delete from middle.job where ended_at < ${before}`);
  return rowCount ?? 0;
}
