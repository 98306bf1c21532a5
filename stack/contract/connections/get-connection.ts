import { defineEndpoint } from '../endpoint.ts';
import { connection, connectionParams } from './connection.ts';

export const getConnection = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}',
  summary: 'One connection',
  permission: 'connections.read',
  params: connectionParams,
  response: connection,
});
