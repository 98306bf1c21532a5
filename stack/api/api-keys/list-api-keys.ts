import { listApiKeys as endpoint } from '@middle/contract/api-keys/list-api-keys.ts';
import { listApiKeys as list } from '@middle/store/real-time/keys.ts';
import { handler } from '../call.ts';

export const listApiKeys = handler(endpoint, async ({ deps, accountId }) => ({
  items: await list(deps.database, accountId),
}));
