import { defineEndpoint } from '../endpoint.ts';
import { versionParams, workflowDefinition, workflowVersion } from './workflow.ts';

export const getWorkflowVersion = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}/versions/{version}',
  summary: 'A published version with its definition',
  permission: 'workflows.read',
  params: versionParams,
  response: workflowVersion
    .extend({ definition: workflowDefinition })
    .meta({ id: 'WorkflowVersionWithDefinition' }),
});
