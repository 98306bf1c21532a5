import { defineEndpoint } from '../endpoint.ts';
import { account, accountChange, accountParams } from './account.ts';

export const updateAccount = defineEndpoint({
  method: 'PATCH',
  path: '/accounts/{accountId}',
  summary: 'Rename an account, or turn its master switch',
  permission: 'accounts.change',
  params: accountParams,
  body: accountChange,
  response: account,
});
