import { getWorkflow as endpoint } from '@middle/contract/workflows/get-workflow.ts';
import { handler } from '../call.ts';
import { workflowAnswer } from './answer.ts';
import { existingWorkflow } from './existing.ts';

export const getWorkflow = handler(endpoint, async ({ deps, params }) =>
  workflowAnswer(await existingWorkflow(deps.database, params.workflowId)),
);
