import { tryTrigger as endpoint } from '@middle/contract/triggers/try-trigger.ts';
import { handler } from '../call.ts';
import { existingTrigger } from './answer.ts';
import { tryDefinition } from './trial.ts';
import { savedDefinition } from './update-trigger.ts';

export const tryTrigger = handler(endpoint, async ({ deps, params, body }) => {
  const trigger = await existingTrigger(deps.database, params.triggerId);
  const definition = savedDefinition(trigger, deps.clock.now());
  return tryDefinition(deps, trigger.workflowId, definition, body.limit);
});
