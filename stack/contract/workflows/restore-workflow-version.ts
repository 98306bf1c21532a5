import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { publishNotes, versionParams, workflowVersion } from './workflow.ts';

export const restoreWorkflowVersion = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/versions/{version}/restore',
  summary: 'Go back to an older version by publishing it again',
  description: 'It becomes a version with a new number. The draft stays as it is.',
  permission: 'workflows.change',
  params: versionParams,
  body: z.strictObject({ notes: publishNotes }),
  response: workflowVersion,
  status: 201,
  errors: ['module_managed', 'workflow_invalid'],
});
