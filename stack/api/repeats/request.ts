import { randomUUID } from 'node:crypto';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addJob } from '@middle/store/jobs.ts';
import type { JobKind } from '@middle/store/jobs.ts';
import type { Caller } from '../call.ts';
import type { Deps } from '../deps.ts';
import { jobAnswer } from '../jobs/answer.ts';

/** A job may run for hours, and outlive many workers. */
const ATTEMPTS_MOST = 1_000;

interface RepeatJobRequest {
  readonly kind: JobKind;
  readonly input: Readonly<Record<string, unknown>>;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Asks for a job of the account; several of one kind may run beside each other. */
export async function requestRepeatJob(
  { deps, caller, accountId }: { readonly deps: Deps; readonly caller: Caller; readonly accountId: string },
  { kind, input, action, subject, detail }: RepeatJobRequest,
) {
  const job = await deps.database.transaction(async (client) => {
    const added = await addJob(client, {
      kind,
      subject: `${subject.id}:${randomUUID()}`,
      input: { ...input, accountId },
      maxAttempts: ATTEMPTS_MOST,
      requestedBy: caller.actor,
    });
    await addAuditEvent(client, caller, {
      action,
      subjectKind: subject.kind,
      subjectId: subject.id,
      accountId,
      detail: { ...detail, job: added.id },
    });
    return added;
  });
  return jobAnswer(job);
}
