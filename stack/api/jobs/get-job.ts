import { getJob as endpoint } from '@middle/contract/jobs/get-job.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getJob as get } from '@middle/store/jobs.ts';
import type { Job } from '@middle/store/jobs.ts';
import { handler } from '../call.ts';
import { jobAnswer } from './answer.ts';

export const getJob = handler(endpoint, async ({ deps, params }) =>
  jobAnswer(await existingJob(deps.database, params.jobId)),
);

export async function existingJob(db: Queryable, id: string): Promise<Job> {
  const job = await get(db, id);
  if (job === null) throw new MiddleError('not_found', `there is no job ${id}`);
  return job;
}
