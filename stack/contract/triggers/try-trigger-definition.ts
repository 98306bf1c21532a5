import { triggerDefinitionSchema } from '@middle/core/workflow/trigger.ts';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { trial, trialLimit, triggersOfWorkflow } from './trigger.ts';

export const tryTriggerDefinition = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/triggers/try',
  summary: 'Try a trigger that is not saved on past changes',
  description: 'Says what it would have done. Starts nothing, counts nothing.',
  permission: 'triggers.read',
  params: triggersOfWorkflow,
  body: z.strictObject({ definition: triggerDefinitionSchema, limit: trialLimit }),
  response: trial,
  errors: ['expression_invalid'],
});
