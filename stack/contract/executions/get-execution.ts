import { defineEndpoint } from '../endpoint.ts';
import { executionDetail, executionParams } from './execution.ts';

export const getExecution = defineEndpoint({
  method: 'GET',
  path: '/executions/{executionId}',
  summary: 'An execution with its input, output and progress',
  permission: 'executions.read',
  params: executionParams,
  response: executionDetail,
});
