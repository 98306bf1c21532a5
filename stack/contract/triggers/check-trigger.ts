import { triggerDefinitionSchema } from '@middle/core/workflow/trigger.ts';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp } from '../shared.ts';
import { triggerProblem, triggersOfWorkflow } from './trigger.ts';

export const checkTrigger = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/triggers/check',
  summary: 'Check a trigger without saving it',
  permission: 'triggers.read',
  params: triggersOfWorkflow,
  body: z.strictObject({ definition: triggerDefinitionSchema }),
  response: z.strictObject({
    problems: z.array(triggerProblem),
    nextTicks: z.array(timestamp).meta({ description: 'Of a schedule: the next five.' }),
  }),
});
