import { defineEndpoint } from '../endpoint.ts';
import { accountModuleParams, moduleRemoval } from './module.ts';

export const leaveModule = defineEndpoint({
  method: 'DELETE',
  path: '/accounts/{accountId}/modules/{moduleKey}',
  summary: 'Opt out of a module',
  description:
    'Its copies go, or become the account’s own. Refused while other workflows of the account call one that goes.',
  permission: 'account_modules.change',
  params: accountModuleParams,
  query: moduleRemoval,
  errors: ['module_unfit'],
});
