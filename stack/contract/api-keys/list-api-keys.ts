import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { apiKey, apiKeysOfAccount } from './api-key.ts';

export const listApiKeys = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/api-keys',
  summary: 'The API keys of an account, without their secrets',
  permission: 'api_keys.read',
  params: apiKeysOfAccount,
  response: list(apiKey),
});
