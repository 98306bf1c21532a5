import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { executionParams, stepRun } from './execution.ts';

export const listStepRuns = defineEndpoint({
  method: 'GET',
  path: '/executions/{executionId}/steps',
  summary: 'The step runs of an execution, in their order',
  permission: 'executions.read',
  params: executionParams,
  query: pageQuery,
  response: page(stepRun),
});
