import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import { claimJob, endJob, JOB_KINDS, renewJob } from '@middle/store/jobs.ts';
import type { ClaimedJob, JobEnd, JobError, JobKind, JobProgress } from '@middle/store/jobs.ts';
import type { Listener } from '@middle/store/listen.ts';
import { Waker } from '../wake.ts';

/** What a handler may do while its job runs. The signal aborts on cancel, on stop, and when the lease was lost. */
export interface JobContext {
  readonly signal: AbortSignal;
  /** Cheap: kept in memory and written with the next renewal of the lease. */
  readonly progress: (progress: JobProgress) => void;
}

/** Does the work and returns the result to keep. It must be safe to run again from the start. */
export type JobHandler = (job: ClaimedJob, context: JobContext) => Promise<unknown>;
export type JobHandlers = Partial<Record<JobKind, JobHandler>>;

export interface JobsDeps {
  readonly database: Database;
  readonly listener: Listener;
  readonly log: Log;
  /** A name for this worker process, such as `worker:1`. */
  readonly worker: string;
  readonly handlers: JobHandlers;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
}

const LEASE_SECONDS = 15;
const POLL_MILLISECONDS = 5_000;
const RETRY_SECONDS = 5;

/** Runs jobs one after the other; woken by a notification, with a poll for retries and lapsed leases. */
export function startJobs(deps: JobsDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const waker = new Waker();
  const unlisten = deps.listener.on('middle_job', () => waker.wake());

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      waker.reset();
      let worked = false;
      try {
        worked = await runOne(deps, stopping.signal);
      } catch (error) {
        deps.log({ level: 'warn', code: 'jobs.failed', message: messageOf(error) });
      }
      if (!worked) await waker.sleep(deps.pollMilliseconds ?? POLL_MILLISECONDS, stopping.signal);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      unlisten();
      await running;
    },
  };
}

async function runOne(deps: JobsDeps, stopping: AbortSignal): Promise<boolean> {
  const leaseSeconds = deps.leaseSeconds ?? LEASE_SECONDS;
  const kinds = JOB_KINDS.filter((kind) => deps.handlers[kind] !== undefined);
  const job = await claimJob(deps.database, { kinds, worker: deps.worker, leaseSeconds });
  const handler = job === null ? undefined : deps.handlers[job.kind];
  if (job === null || handler === undefined) return false;

  const aborting = new AbortController();
  const signal = AbortSignal.any([aborting.signal, stopping]);
  let latest: JobProgress | undefined;
  let cancelled = false;
  const renew = async (): Promise<void> => {
    const { kept, cancelRequested } = await renewJob(deps.database, job, { leaseSeconds, progress: latest });
    cancelled ||= cancelRequested;
    if (!kept || cancelRequested) aborting.abort();
  };
  // Often enough for a progress bar that moves, and several times per lease.
  const timer = setInterval(() => void renew().catch(() => {}), Math.min(1_000, (leaseSeconds * 1_000) / 3));
  let end: JobEnd;
  try {
    const result = await handler(job, { signal, progress: (progress) => void (latest = progress) });
    end = { state: 'succeeded', result };
  } catch (error) {
    end = failure(job, error, cancelled, stopping.aborted);
  } finally {
    clearInterval(timer);
  }
  if (latest !== undefined) await renew();
  await endJob(deps.database, job, end);
  deps.log({
    level: end.state === 'failed' ? 'error' : 'info',
    code: `jobs.${end.state}`,
    message: `${job.kind} ${end.state}`,
    data: {
      job: job.id,
      kind: job.kind,
      subject: job.subject,
      ...('error' in end ? { error: end.error } : {}),
    },
  });
  return true;
}

function failure(job: ClaimedJob, thrown: unknown, cancelled: boolean, stopping: boolean): JobEnd {
  if (cancelled) return { state: 'cancelled' };
  const error: JobError =
    thrown instanceof MiddleError
      ? { code: thrown.code, message: thrown.message, fault: thrown.fault }
      : { code: 'internal', message: messageOf(thrown), fault: 'platform' };
  if (stopping) return { state: 'queued', error, afterSeconds: 0 };
  // What the caller or an app's author got wrong does not get better by trying again.
  const retry = error.fault === 'platform' && job.attempts < job.maxAttempts;
  return retry
    ? { state: 'queued', error, afterSeconds: RETRY_SECONDS * job.attempts }
    : { state: 'failed', error };
}
