import { defineEndpoint } from '../endpoint.ts';
import { job, jobParams } from './job.ts';

export const getJob = defineEndpoint({
  method: 'GET',
  path: '/jobs/{jobId}',
  summary: 'One job, to watch it',
  permission: 'jobs.read',
  params: jobParams,
  response: job,
});
