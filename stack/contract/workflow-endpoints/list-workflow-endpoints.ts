import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { endpointsOfAccount, workflowEndpoint } from './workflow-endpoint.ts';

export const listWorkflowEndpoints = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/endpoints',
  summary: 'The endpoints of an account’s real-time API',
  permission: 'workflows.read',
  params: endpointsOfAccount,
  response: list(workflowEndpoint),
});
