import { connectionParams } from '../connections/connection.ts';
import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { proposedChange } from './invalid-record.ts';

export const listProposedChanges = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/invalid-records/proposed-changes',
  summary: 'Changes of record types that would make the open invalid records valid',
  permission: 'invalid_records.read',
  params: connectionParams,
  response: list(proposedChange),
});
