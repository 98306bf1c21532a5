import { checkTrigger as endpoint } from '@middle/contract/triggers/check-trigger.ts';
import { nextTicks } from '@middle/core/workflow/trigger-schedule.ts';
import { handler } from '../call.ts';
import { TICKS_SHOWN } from './answer.ts';
import { checkDefinition } from '@middle/store/triggers/check.ts';

export const checkTrigger = handler(endpoint, async ({ deps, params, body }) => {
  const { definition } = body;
  const { problems } = await checkDefinition(deps.database, params.workflowId, definition);
  const isSchedule = definition.kind === 'schedule';
  return {
    problems,
    nextTicks: isSchedule ? nextTicks(definition.schedule, deps.clock.now(), TICKS_SHOWN) : [],
  };
});
