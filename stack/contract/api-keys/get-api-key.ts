import { defineEndpoint } from '../endpoint.ts';
import { apiKey, apiKeyParams } from './api-key.ts';

export const getApiKey = defineEndpoint({
  method: 'GET',
  path: '/api-keys/{apiKeyId}',
  summary: 'One API key, without its secret',
  permission: 'api_keys.read',
  params: apiKeyParams,
  response: apiKey,
});
