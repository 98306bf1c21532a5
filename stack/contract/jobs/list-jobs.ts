import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { job } from './job.ts';

export const listJobs = defineEndpoint({
  method: 'GET',
  path: '/jobs',
  summary: 'Work that people asked the worker for, newest first',
  permission: 'health.read',
  query: pageQuery.extend({
    kind: z
      .string()
      .regex(/^[a-z][a-z_]{0,62}$/)
      .optional(),
  }),
  response: page(job),
});
