import { defineEndpoint } from '../endpoint.ts';
import { apiKeyParams } from './api-key.ts';

export const revokeApiKey = defineEndpoint({
  method: 'DELETE',
  path: '/api-keys/{apiKeyId}',
  summary: 'Revoke an API key',
  description: 'It stops to work at once. It stays in the list, because executions name it.',
  permission: 'api_keys.change',
  params: apiKeyParams,
});
