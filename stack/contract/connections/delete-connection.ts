import { defineEndpoint } from '../endpoint.ts';
import { connectionParams } from './connection.ts';

export const deleteConnection = defineEndpoint({
  method: 'DELETE',
  path: '/connections/{connectionId}',
  summary: 'Delete a connection with its records, for good',
  permission: 'connections.change',
  params: connectionParams,
});
