import { defineEndpoint } from '../endpoint.ts';
import { endpointParams, endpointSettings, workflowEndpoint } from './workflow-endpoint.ts';

export const putWorkflowEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/workflows/{workflowId}/endpoint',
  summary: 'Expose a workflow as an endpoint of the real-time API, or change how',
  permission: 'workflows.change',
  params: endpointParams,
  body: endpointSettings,
  response: workflowEndpoint,
  errors: ['conflict'],
});
