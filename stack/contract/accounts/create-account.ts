import { defineEndpoint } from '../endpoint.ts';
import { account, newAccount } from './account.ts';

export const createAccount = defineEndpoint({
  method: 'POST',
  path: '/accounts',
  summary: 'Create an account',
  permission: 'accounts.create',
  body: newAccount,
  status: 201,
  response: account,
  errors: ['conflict'],
});
