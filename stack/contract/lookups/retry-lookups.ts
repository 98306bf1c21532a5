import { z } from 'zod';
import { connectionParams } from '../connections/connection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { dataKey } from '../shared.ts';

export const retryLookups = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/lookups/retry',
  summary: 'Try again the lookups that gave up',
  permission: 'lookups.change',
  params: connectionParams,
  body: z.strictObject({
    recordType: dataKey.optional().meta({ description: 'Absent: of every record type.' }),
    recordIds: z
      .array(z.string().min(1).max(500))
      .max(200)
      .optional()
      .meta({ description: 'Absent: all of them.' }),
  }),
  response: z.strictObject({ retried: z.int() }),
});
