import { defineEndpoint } from '../endpoint.ts';
import { page } from '../shared.ts';
import { invocationParams, logLine, logQuery } from './invocation.ts';

export const listInvocationLogs = defineEndpoint({
  method: 'GET',
  path: '/invocations/{invocationId}/logs',
  summary: 'What a function printed',
  permission: 'invocations.read',
  params: invocationParams,
  query: logQuery,
  response: page(logLine),
});
