import { defineEndpoint } from '../endpoint.ts';
import { accountRef, key, page, pageQuery } from '../shared.ts';
import { connection } from './connection.ts';

export const listConnections = defineEndpoint({
  method: 'GET',
  path: '/connections',
  summary: 'Connections the caller sees',
  permission: 'connections.read',
  query: pageQuery.extend({ accountId: accountRef.optional(), app: key.optional() }),
  response: page(connection),
});
