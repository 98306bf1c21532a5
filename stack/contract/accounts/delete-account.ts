import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { key } from '../shared.ts';
import { accountParams } from './account.ts';

export const deleteAccount = defineEndpoint({
  method: 'DELETE',
  path: '/accounts/{accountId}',
  summary: 'Delete an account with its connections and records, for good',
  permission: 'accounts.delete',
  params: accountParams,
  query: z.strictObject({ confirm: key.meta({ description: "The account's key, typed again." }) }),
});
