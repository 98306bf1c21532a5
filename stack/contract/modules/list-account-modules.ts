import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { accountModuleSummary } from './module.ts';

export const listAccountModules = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/modules',
  summary: 'Modules that an account can opt in to, and those that it did',
  permission: 'account_modules.read',
  params: accountParams,
  response: list(accountModuleSummary),
});
