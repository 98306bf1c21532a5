import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { trigger, triggersOfWorkflow } from './trigger.ts';

export const listTriggers = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}/triggers',
  summary: 'Triggers of a workflow',
  permission: 'triggers.read',
  params: triggersOfWorkflow,
  response: list(trigger),
});
