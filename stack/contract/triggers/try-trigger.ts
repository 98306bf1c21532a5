import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { trial, trialLimit, triggerParams } from './trigger.ts';

export const tryTrigger = defineEndpoint({
  method: 'POST',
  path: '/triggers/{triggerId}/try',
  summary: 'Try a trigger on past changes',
  description: 'Says what it would have done. Starts nothing, counts nothing.',
  permission: 'triggers.read',
  params: triggerParams,
  body: z.strictObject({ limit: trialLimit }),
  response: trial,
  errors: ['conflict', 'expression_invalid'],
});
