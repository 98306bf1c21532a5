import { z } from 'zod';
import { appParams } from '../apps/app.ts';
import { defineEndpoint } from '../endpoint.ts';

export const redriveDeadLetters = defineEndpoint({
  method: 'POST',
  path: '/queues/{appKey}/dead-letters/redrive',
  summary: 'Put dead letters back into the queue',
  permission: 'dead_letters.change',
  params: appParams,
  body: z.strictObject({
    ids: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Absent: all of them.' }),
  }),
  response: z.strictObject({ redriven: z.int() }),
});
