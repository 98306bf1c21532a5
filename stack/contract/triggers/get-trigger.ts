import { defineEndpoint } from '../endpoint.ts';
import { trigger, triggerParams } from './trigger.ts';

export const getTrigger = defineEndpoint({
  method: 'GET',
  path: '/triggers/{triggerId}',
  summary: 'One trigger',
  permission: 'triggers.read',
  params: triggerParams,
  response: trigger,
});
