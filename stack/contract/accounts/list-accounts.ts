import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { account } from './account.ts';

export const listAccounts = defineEndpoint({
  method: 'GET',
  path: '/accounts',
  summary: 'Accounts the caller sees',
  permission: 'signed_in',
  query: pageQuery,
  response: page(account),
});
