import { getApiKey as endpoint } from '@middle/contract/api-keys/get-api-key.ts';
import { handler } from '../call.ts';
import { existingApiKey } from './existing.ts';

export const getApiKey = handler(endpoint, async ({ deps, params }) =>
  existingApiKey(deps.database, params.apiKeyId),
);
