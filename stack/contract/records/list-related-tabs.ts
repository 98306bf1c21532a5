import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { count, list } from '../shared.ts';
import { recordParams } from './record.ts';

export const listRelatedTabs = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}/related',
  summary: 'Which records name this one: one tab per record type and foreign key',
  permission: 'records.read',
  params: recordParams,
  response: list(
    z.strictObject({
      recordType: z.string(),
      recordTypeTitle: z.string(),
      attribute: z.string(),
      attributeTitle: z.string(),
      records: count,
    }),
  ),
});
