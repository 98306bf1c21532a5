import { defineEndpoint } from '../endpoint.ts';
import { accountModule, accountModuleParams, moduleChoice } from './module.ts';

export const chooseModule = defineEndpoint({
  method: 'PUT',
  path: '/accounts/{accountId}/modules/{moduleKey}',
  summary: 'Opt in to features of a module, or choose others, other connections or other values',
  description:
    'Of its newest version. The account’s copies of the workflows become what is chosen, all of them or none. Features that are left out are opted out of.',
  permission: 'account_modules.change',
  params: accountModuleParams,
  body: moduleChoice,
  response: accountModule,
  errors: ['module_unfit'],
});
