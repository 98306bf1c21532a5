import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { connection, newConnection } from './connection.ts';

export const createConnection = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/connections',
  summary: 'Join an app to an account',
  permission: 'connections.change',
  params: accountParams,
  body: newConnection,
  status: 201,
  response: connection,
  errors: ['conflict', 'credentials_invalid'],
});
