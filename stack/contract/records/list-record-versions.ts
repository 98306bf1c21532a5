import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { recordParams, recordVersion } from './record.ts';

export const listRecordVersions = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}/versions',
  summary: 'The states of a record, newest first, the one in force included',
  permission: 'records.read',
  params: recordParams,
  query: pageQuery,
  response: page(recordVersion),
});
