import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';

export const checkSearchIndex = defineEndpoint({
  method: 'POST',
  path: '/search-index/check',
  summary: 'Compare the search index with the primary data, and repair it',
  description: 'Starts a job.',
  permission: 'search_index.change',
  body: z.strictObject({
    recordSet: z.int().min(1).max(2_147_483_647).optional().meta({ description: 'Absent: all.' }),
  }),
  status: 202,
  response: job,
});
