import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp } from '../shared.ts';
import { recordData, recordParams } from './record.ts';

const state = z
  .strictObject({ version: z.int(), data: recordData, deletedAt: timestamp.nullable() })
  .nullable();

export const compareRecord = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}/difference',
  summary: 'What changed in a record between two moments',
  permission: 'records.read',
  params: recordParams,
  query: z.strictObject({
    from: timestamp,
    to: timestamp.optional().meta({ description: 'Absent: now.' }),
  }),
  response: z.strictObject({
    from: state.meta({ description: 'Null: there was no such record.' }),
    to: state,
    changes: z.array(
      z.strictObject({
        attribute: z.string(),
        change: z.enum(['added', 'removed', 'changed']),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
  }),
});
