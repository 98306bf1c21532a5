import { defineEndpoint } from '../endpoint.ts';
import { apiKey, apiKeyChange, apiKeyParams } from './api-key.ts';

export const updateApiKey = defineEndpoint({
  method: 'PATCH',
  path: '/api-keys/{apiKeyId}',
  summary: 'Change what an API key may do, or for how long',
  permission: 'api_keys.change',
  params: apiKeyParams,
  body: apiKeyChange,
  response: apiKey,
  errors: ['conflict'],
});
