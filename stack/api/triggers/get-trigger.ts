import { getTrigger as endpoint } from '@middle/contract/triggers/get-trigger.ts';
import { handler } from '../call.ts';
import { existingTrigger, triggerAnswer } from './answer.ts';

export const getTrigger = handler(endpoint, async ({ deps, params }) =>
  triggerAnswer(await existingTrigger(deps.database, params.triggerId), deps.clock.now()),
);
