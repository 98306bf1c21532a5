import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { endpointsOfAccount } from './workflow-endpoint.ts';

export const describeWorkflowEndpoints = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/endpoints/openapi',
  summary: 'The account’s real-time API as an OpenAPI 3.1 document',
  description:
    'Of all its endpoints. Who has a key gets those that the key may call at /run/ACCOUNT/openapi.json.',
  permission: 'workflows.read',
  params: endpointsOfAccount,
  response: z.record(z.string(), z.unknown()),
});
