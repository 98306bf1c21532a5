import { defineEndpoint } from '../endpoint.ts';
import { invocation, invocationParams } from './invocation.ts';

export const getInvocation = defineEndpoint({
  method: 'GET',
  path: '/invocations/{invocationId}',
  summary: 'One run of a function',
  permission: 'invocations.read',
  params: invocationParams,
  response: invocation,
});
