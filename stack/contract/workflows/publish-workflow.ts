import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { publishNotes, workflowParams, workflowVersion } from './workflow.ts';

export const publishWorkflow = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/versions',
  summary: 'Publish the draft as a new version',
  description: 'New executions run it from now on; those under way keep the version they began with.',
  permission: 'workflows.change',
  params: workflowParams,
  body: z.strictObject({
    revision: z.int().meta({ description: 'Of the draft that is meant. Refused when there is a newer one.' }),
    notes: publishNotes,
  }),
  response: workflowVersion,
  status: 201,
  errors: ['module_managed', 'draft_changed', 'workflow_invalid'],
});
