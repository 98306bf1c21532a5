import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';
import { workflowParams } from './workflow.ts';

export const startWorkflow = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/executions',
  summary: 'Start an execution by hand',
  description:
    'Of the published version. It is written down when this answers, and runs as soon as it is its turn.',
  permission: 'workflows.start',
  params: workflowParams,
  body: z.strictObject({
    input: z.record(z.string(), z.unknown()).default({}).meta({ description: 'By the keys of its inputs.' }),
  }),
  response: z.strictObject({ id: uuid }),
  status: 202,
  errors: ['conflict', 'workflow_invalid'],
});
