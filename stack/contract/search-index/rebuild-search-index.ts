import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';

export const rebuildSearchIndex = defineEndpoint({
  method: 'POST',
  path: '/search-index/rebuild',
  summary: 'Rebuild the search index from the primary data while the stack serves',
  description: 'Starts a job.',
  permission: 'search_index.change',
  body: z.strictObject({
    recordSet: z.int().min(1).max(2_147_483_647).optional().meta({ description: 'Absent: all.' }),
  }),
  status: 202,
  response: job,
});
