import { defineEndpoint } from '../endpoint.ts';
import { workflowParams } from './workflow.ts';

export const deleteWorkflow = defineEndpoint({
  method: 'DELETE',
  path: '/workflows/{workflowId}',
  summary: 'Delete a workflow',
  description:
    'Its triggers go, what is under way is cancelled, and its history is kept as long as that of others. Refused while a published workflow calls it.',
  permission: 'workflows.change',
  params: workflowParams,
  errors: ['module_managed', 'conflict'],
});
