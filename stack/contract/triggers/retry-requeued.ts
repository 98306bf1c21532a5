import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';
import { triggerParams } from './trigger.ts';

export const retryRequeued = defineEndpoint({
  method: 'POST',
  path: '/triggers/{triggerId}/requeued/retry',
  summary: 'Look again now, with all attempts anew',
  permission: 'triggers.change',
  params: triggerParams,
  body: z.strictObject({
    ids: z.array(uuid).min(1).max(200).optional().meta({ description: 'Absent: all that gave up.' }),
  }),
  response: z.strictObject({ retried: z.int() }),
});
