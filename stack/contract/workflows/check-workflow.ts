import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { draftBody, workflowParams, workflowProblem } from './workflow.ts';

export const checkWorkflow = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/check',
  summary: 'What keeps a definition from being published',
  permission: 'workflows.read',
  params: workflowParams,
  body: draftBody,
  response: z.strictObject({ problems: z.array(workflowProblem) }),
});
