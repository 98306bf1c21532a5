import { defineEndpoint } from '../endpoint.ts';
import { triggerParams } from './trigger.ts';

export const deleteTrigger = defineEndpoint({
  method: 'DELETE',
  path: '/triggers/{triggerId}',
  summary: 'Delete a trigger, with its counts and what waits to be looked at again',
  permission: 'triggers.change',
  params: triggerParams,
  errors: ['module_managed'],
});
