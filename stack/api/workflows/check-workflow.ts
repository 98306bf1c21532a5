import { checkWorkflow as endpoint } from '@middle/contract/workflows/check-workflow.ts';
import { handler } from '../call.ts';
import { problemsOf } from '@middle/store/workflows/check.ts';
import { existingWorkflow } from './existing.ts';

export const checkWorkflow = handler(endpoint, async ({ deps, params, body, accountId }) => {
  const bindings = body.bindings ?? (await existingWorkflow(deps.database, params.workflowId)).bindings;
  return { problems: await problemsOf(deps.database, accountId, body.definition, bindings) };
});
