import { defineEndpoint } from '../endpoint.ts';
import { invalidRecord, invalidRecordParams } from './invalid-record.ts';

export const getInvalidRecord = defineEndpoint({
  method: 'GET',
  path: '/invalid-records/{invalidRecordId}',
  summary: 'One invalid record with its reasons',
  permission: 'invalid_records.read',
  params: invalidRecordParams,
  response: invalidRecord,
});
