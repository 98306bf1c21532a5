import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { workflowDefinition, workflowParams, workflowProblem } from './workflow.ts';

export const saveWorkflowDraft = defineEndpoint({
  method: 'PUT',
  path: '/workflows/{workflowId}/draft',
  summary: 'Save a draft',
  description: 'A draft may have problems; they are told, and keep it from being published.',
  permission: 'workflows.change',
  params: workflowParams,
  body: z.strictObject({
    definition: workflowDefinition,
    revision: z
      .int()
      .meta({ description: 'The one that it was made from. Refused when there is a newer one.' }),
  }),
  response: z.strictObject({ revision: z.int(), problems: z.array(workflowProblem) }),
  errors: ['module_managed', 'draft_changed'],
});
