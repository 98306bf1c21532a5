import { defineEndpoint } from '../endpoint.ts';
import { trigger, triggerChange, triggerParams } from './trigger.ts';

export const updateTrigger = defineEndpoint({
  method: 'PATCH',
  path: '/triggers/{triggerId}',
  summary: 'Change a trigger, or turn its switch',
  description: 'Switched on, it hears of what is stored from then on. Its kind stays as it is.',
  permission: 'triggers.change',
  params: triggerParams,
  body: triggerChange,
  response: trigger,
  errors: ['conflict', 'expression_invalid', 'module_managed'],
});
