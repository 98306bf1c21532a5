import { defineEndpoint } from '../endpoint.ts';
import { accountModule, accountModuleParams } from './module.ts';

export const getAccountModule = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/modules/{moduleKey}',
  summary: 'A module as an account can choose it, and what it chose',
  permission: 'account_modules.read',
  params: accountModuleParams,
  response: accountModule,
});
