import { defineEndpoint } from '../endpoint.ts';
import { apiKeysOfAccount, newApiKey, shownOnce } from './api-key.ts';

export const createApiKey = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/api-keys',
  summary: 'Make an API key',
  description: 'The answer holds its secret, which nobody can ever read again.',
  permission: 'api_keys.change',
  params: apiKeysOfAccount,
  body: newApiKey,
  response: shownOnce,
  status: 201,
  errors: ['conflict'],
});
