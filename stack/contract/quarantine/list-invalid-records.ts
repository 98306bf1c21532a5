import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, dataKey, page, pageQuery, uuid } from '../shared.ts';
import { INVALID_STATES, invalidRecord } from './invalid-record.ts';

export const listInvalidRecords = defineEndpoint({
  method: 'GET',
  path: '/invalid-records',
  summary: 'The quarantine: records that were set aside, newest first',
  permission: 'invalid_records.read',
  query: pageQuery.extend({
    accountId: accountRef.optional(),
    connectionId: uuid.optional(),
    recordType: dataKey.optional(),
    runId: uuid.optional(),
    state: z.enum(INVALID_STATES).optional(),
  }),
  response: page(invalidRecord),
});
