import { defineEndpoint } from '../endpoint.ts';
import { endpointParams } from './workflow-endpoint.ts';

export const deleteWorkflowEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/workflows/{workflowId}/endpoint',
  summary: 'Expose a workflow no more',
  description: 'Executions that were started go on, and their state can still be asked for.',
  permission: 'workflows.change',
  params: endpointParams,
});
