import { defineEndpoint } from '../endpoint.ts';
import { newTrigger, trigger, triggersOfWorkflow } from './trigger.ts';

export const createTrigger = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/triggers',
  summary: 'Add a trigger to a workflow',
  description:
    'Its expressions are checked against the record type and the inputs of the workflow: of its published version, else of its draft.',
  permission: 'triggers.change',
  params: triggersOfWorkflow,
  body: newTrigger,
  response: trigger,
  status: 201,
  errors: ['conflict', 'expression_invalid'],
});
