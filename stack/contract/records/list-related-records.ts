import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { dataKey, page, pageQuery } from '../shared.ts';
import { recordParams, recordSummary } from './record.ts';

export const listRelatedRecords = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}/related/{relatedType}/{attribute}',
  summary: 'The records of one tab: those whose foreign key names this record',
  permission: 'records.read',
  params: z.strictObject({ ...recordParams.shape, relatedType: dataKey, attribute: dataKey }),
  query: pageQuery,
  response: page(recordSummary),
});
