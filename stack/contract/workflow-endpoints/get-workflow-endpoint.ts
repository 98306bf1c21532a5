import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { endpointParams, workflowEndpoint } from './workflow-endpoint.ts';

export const getWorkflowEndpoint = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}/endpoint',
  summary: 'How a workflow can be called from outside',
  permission: 'workflows.read',
  params: endpointParams,
  response: z.strictObject({
    endpoint: workflowEndpoint.nullable().meta({ description: 'Null: it is not exposed.' }),
  }),
});
