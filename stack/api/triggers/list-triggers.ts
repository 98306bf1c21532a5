import { listTriggers as endpoint } from '@middle/contract/triggers/list-triggers.ts';
import { listTriggers as list } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';
import { triggerAnswer } from './answer.ts';

export const listTriggers = handler(endpoint, async ({ deps, params }) => {
  const now = deps.clock.now();
  const triggers = await list(deps.database, params.workflowId);
  return { items: triggers.map((one) => triggerAnswer(one, now)) };
});
