import { defineEndpoint } from '../endpoint.ts';
import { account, accountParams } from './account.ts';

export const getAccount = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}',
  summary: 'One account',
  permission: 'accounts.read',
  params: accountParams,
  response: account,
});
