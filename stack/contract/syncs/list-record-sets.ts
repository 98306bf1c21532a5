import { connectionParams } from '../connections/connection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { recordSet } from './sync.ts';

export const listRecordSets = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types',
  summary: 'The record types of a connection, with their syncs and how much is stored',
  permission: 'connections.read',
  params: connectionParams,
  response: list(recordSet),
});
