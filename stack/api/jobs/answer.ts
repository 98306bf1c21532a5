import { addAuditEvent } from '@middle/store/audit.ts';
import { addJob } from '@middle/store/jobs.ts';
import type { Job, JobKind } from '@middle/store/jobs.ts';
import type { Caller } from '../call.ts';
import type { Deps } from '../deps.ts';

/** A job without what only the worker needs. */
export function jobAnswer(job: Job) {
  const { id, kind, subject, state, attempts, error, cancelRequested } = job;
  const { requestedBy, queuedAt, startedAt, endedAt } = job;
  return {
    id,
    kind,
    subject,
    state,
    attempts,
    progress: job.progress === null ? null : { done: job.progress.done, total: job.progress.total },
    result: job.result ?? null,
    error,
    cancelRequested,
    requestedBy,
    queuedAt,
    startedAt,
    endedAt,
  };
}

interface JobRequest {
  readonly kind: JobKind;
  /** What it is about; empty: the whole stack. */
  readonly subject: string;
  /** With `accountId` when it is an account's: who may watch it follows from that. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly action: string;
  readonly subjectKind: string;
}

export async function requestJob(
  call: { readonly deps: Deps; readonly caller: Caller; readonly accountId: string },
  request: JobRequest,
) {
  const { kind, subject, input } = request;
  const job = await call.deps.database.transaction(async (client) => {
    const added = await addJob(client, { kind, subject, input, requestedBy: call.caller.actor });
    await addAuditEvent(client, call.caller, {
      action: request.action,
      subjectKind: request.subjectKind,
      subjectId: subject,
      accountId: call.accountId === '' ? null : call.accountId,
      detail: { job: added.id },
    });
    return added;
  });
  return jobAnswer(job);
}
