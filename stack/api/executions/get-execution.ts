import { getExecution as endpoint } from '@middle/contract/executions/get-execution.ts';
import { handler } from '../call.ts';
import { executionAnswer } from './answer.ts';

export const getExecution = handler(endpoint, async ({ deps, params }) =>
  executionAnswer(deps.database, params.executionId),
);
