import { defineEndpoint } from '../endpoint.ts';
import { job, jobParams } from './job.ts';

export const cancelJob = defineEndpoint({
  method: 'POST',
  path: '/jobs/{jobId}/cancel',
  summary: 'Cancel a job',
  permission: 'jobs.change',
  params: jobParams,
  response: job,
  errors: ['conflict'],
});
