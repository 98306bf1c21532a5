import { defineEndpoint } from '../endpoint.ts';
import { connection, connectionChange, connectionParams } from './connection.ts';

export const updateConnection = defineEndpoint({
  method: 'PATCH',
  path: '/connections/{connectionId}',
  summary: 'Rename a connection, switch it, or change where and how fast it calls',
  permission: 'connections.change',
  params: connectionParams,
  body: connectionChange,
  response: connection,
  errors: ['conflict'],
});
