import { cancelJob as endpoint } from '@middle/contract/jobs/cancel-job.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { cancelJob as cancel } from '@middle/store/jobs.ts';
import { handler } from '../call.ts';
import { jobAnswer } from './answer.ts';
import { existingJob } from './get-job.ts';

export const cancelJob = handler(endpoint, async ({ deps, params, accountId, caller }) => {
  const job = await existingJob(deps.database, params.jobId);
  await deps.database.transaction(async (client) => {
    if (!(await cancel(client, job.id)))
      throw new MiddleError('conflict', `the job has ended already: ${job.state}`);
    await addAuditEvent(client, caller, {
      action: 'job.cancel',
      subjectKind: 'job',
      subjectId: job.id,
      accountId: accountId === '' ? null : accountId,
      detail: { kind: job.kind },
    });
  });
  return jobAnswer(await existingJob(deps.database, job.id));
});
