import { defineEndpoint } from '../endpoint.ts';
import { connection, connectionParams, credentials } from './connection.ts';

export const setCredentials = defineEndpoint({
  method: 'PUT',
  path: '/connections/{connectionId}/credentials',
  summary: 'Fill in the credentials of a connection',
  description: 'A protected field that is left out keeps its value.',
  permission: 'connections.change',
  params: connectionParams,
  body: credentials,
  response: connection,
  errors: ['credentials_invalid'],
});
