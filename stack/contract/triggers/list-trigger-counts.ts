import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { list, timestamp } from '../shared.ts';
import { triggerCounts, triggerParams } from './trigger.ts';

export const listTriggerCounts = defineEndpoint({
  method: 'GET',
  path: '/triggers/{triggerId}/counts',
  summary: 'What a trigger did, per hour',
  description: 'Hours in which nothing happened are left out.',
  permission: 'triggers.read',
  params: triggerParams,
  query: z.strictObject({
    hours: z.coerce
      .number<number>()
      .int()
      .min(1)
      .max(672)
      .default(24)
      .meta({ description: 'Back from now; four weeks at the most.' }),
  }),
  response: list(triggerCounts.extend({ hour: timestamp }).meta({ id: 'TriggerHour' })),
});
