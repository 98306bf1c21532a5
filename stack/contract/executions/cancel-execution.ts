import { defineEndpoint } from '../endpoint.ts';
import { executionDetail, executionParams } from './execution.ts';

export const cancelExecution = defineEndpoint({
  method: 'POST',
  path: '/executions/{executionId}/cancel',
  summary: 'Cancel an execution',
  description:
    'It ends within a second: what it waits for is given up, a function that runs for it is stopped, and what it began is cancelled with it. One that has ended stays as it is: 409.',
  permission: 'executions.change',
  params: executionParams,
  response: executionDetail,
  errors: ['conflict'],
});
