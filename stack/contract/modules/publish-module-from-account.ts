import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { moduleFromAccount, publishedModule } from './module.ts';

export const publishModuleFromAccount = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/modules',
  summary: 'Publish a version of a module made of this account’s published workflows and their triggers',
  description:
    'The account is a template: it goes on with its own workflows. Taken from there again, each workflow keeps its key.',
  permission: 'modules.change',
  params: accountParams,
  body: moduleFromAccount,
  response: publishedModule,
  errors: ['module_invalid'],
});
