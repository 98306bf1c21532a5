import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { workflowParams, workflowVersion } from './workflow.ts';

export const listWorkflowVersions = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}/versions',
  summary: 'Published versions of a workflow, newest first',
  permission: 'workflows.read',
  params: workflowParams,
  query: pageQuery,
  response: page(workflowVersion),
});
