import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { job, jobKind } from './job.ts';

export const listJobs = defineEndpoint({
  method: 'GET',
  path: '/jobs',
  summary: 'Work that people asked the worker for, newest first',
  permission: 'health.read',
  query: pageQuery.extend({
    kind: jobKind.optional(),
  }),
  response: page(job),
});
