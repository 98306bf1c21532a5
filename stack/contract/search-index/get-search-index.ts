import { z } from 'zod';
import { job } from '../jobs/job.ts';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp, uuid } from '../shared.ts';

export const getSearchIndex = defineEndpoint({
  method: 'GET',
  path: '/search-index',
  summary: 'The search index: how far it is behind, and how many records it holds',
  permission: 'search_index.read',
  response: z.strictObject({
    waitingBatches: z
      .int()
      .meta({ description: 'Stored batches of changes it has not taken in yet, up to 1,000.' }),
    behindSeconds: z
      .number()
      .nullable()
      .meta({ description: 'Age of the oldest of them; null: it is up to date.' }),
    recordSets: z.array(
      z.strictObject({
        id: z.int(),
        connectionId: uuid,
        connectionName: z.string(),
        recordType: z.string(),
        indexed: z.int(),
      }),
    ),
    lastRebuild: job.nullable(),
    lastCheck: job.nullable(),
    at: timestamp,
  }),
});
