import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { moduleAccount, moduleParams } from './module.ts';

export const listModuleAccounts = defineEndpoint({
  method: 'GET',
  path: '/modules/{moduleKey}/accounts',
  summary: 'Accounts that opted in to a module, by name, and whether they have its newest version',
  permission: 'modules.change',
  params: moduleParams,
  query: pageQuery,
  response: page(moduleAccount),
});
