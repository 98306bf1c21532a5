import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp } from '../shared.ts';
import { record, recordParams } from './record.ts';

export const getRecord = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}',
  summary: 'One record, now or as it was at a moment',
  permission: 'records.read',
  params: recordParams,
  query: z.strictObject({ at: timestamp.optional() }),
  response: record,
});
