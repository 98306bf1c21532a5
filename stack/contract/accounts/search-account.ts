import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { count, pageQuery, uuid } from '../shared.ts';
import { recordSummary } from '../records/record.ts';
import { accountParams } from './account.ts';

export const searchAccount = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/search',
  summary: 'Search the records of all connections of an account',
  permission: 'records.read',
  params: accountParams,
  query: pageQuery.extend({
    text: z.string().min(1).max(500).meta({
      description:
        'Words; the last one also matches as a prefix. Parts of words are found by a filter of listRecords.',
    }),
  }),
  response: z.strictObject({
    items: z.array(
      recordSummary.extend({
        connectionId: uuid,
        connectionName: z.string(),
        recordType: z.string(),
        recordTypeTitle: z.string(),
      }),
    ),
    next: z.string().nullable(),
    total: count,
  }),
});
