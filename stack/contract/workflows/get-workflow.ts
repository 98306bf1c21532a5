import { defineEndpoint } from '../endpoint.ts';
import { workflow, workflowParams } from './workflow.ts';

export const getWorkflow = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}',
  summary: 'A workflow with its draft',
  permission: 'workflows.read',
  params: workflowParams,
  response: workflow,
});
