import { z } from 'zod';
import { connectionParams } from '../connections/connection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';
import { dataKey } from '../shared.ts';

export const reprocessInvalidRecords = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/invalid-records/reprocess',
  summary: 'Check and store the open invalid records of a connection again',
  description: 'Starts a job.',
  permission: 'invalid_records.change',
  params: connectionParams,
  body: z.strictObject({ recordType: dataKey.optional() }),
  status: 202,
  response: job,
});
