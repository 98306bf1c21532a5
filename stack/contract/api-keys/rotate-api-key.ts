import { defineEndpoint } from '../endpoint.ts';
import { apiKeyParams, rotation, shownOnce } from './api-key.ts';

export const rotateApiKey = defineEndpoint({
  method: 'POST',
  path: '/api-keys/{apiKeyId}/rotate',
  summary: 'Give an API key another secret',
  description: 'Those before it go on working for the grace time, so that callers can be changed one by one.',
  permission: 'api_keys.change',
  params: apiKeyParams,
  body: rotation,
  response: shownOnce,
  errors: ['conflict'],
});
