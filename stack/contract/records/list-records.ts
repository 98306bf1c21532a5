import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { count, cursor, pageQuery } from '../shared.ts';
import { FILTER_PATTERN, recordSetParams, recordSummary, SORT_PATTERN } from './record.ts';

export const listRecords = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records',
  summary: 'List or search the records of one record type of a connection',
  description:
    'Without text, filters and sort: in the order of ids, from the primary data. Else through the search index, which follows within seconds.',
  permission: 'records.read',
  params: recordSetParams,
  query: pageQuery.extend({
    text: z.string().max(500).optional().meta({
      description:
        'Words; the last one also matches as a prefix. For a part of a word use a filter with contains.',
    }),
    filter: z
      .array(z.string().regex(FILTER_PATTERN, 'must be attribute:operator:value, such as name:contains:shop'))
      .max(10)
      .optional()
      .meta({
        description:
          'attribute:operator:value, all of them must hold. Operators: is, is_not, contains, starts_with, lt, lte, gt, gte, is_null, is_not_null.',
      }),
    sort: z
      .string()
      .regex(SORT_PATTERN, 'must be attribute:asc or attribute:desc')
      .optional()
      .meta({ description: 'attribute:asc or attribute:desc.' }),
    deleted: z.enum(['exclude', 'include', 'only']).default('exclude').meta({
      description: 'Records that vanished at the source. include and only list in the order of ids.',
    }),
  }),
  response: z.strictObject({ items: z.array(recordSummary), next: cursor.nullable(), total: count }),
});
