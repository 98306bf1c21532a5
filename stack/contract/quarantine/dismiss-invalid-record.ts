import { defineEndpoint } from '../endpoint.ts';
import { invalidRecord, invalidRecordParams } from './invalid-record.ts';

export const dismissInvalidRecord = defineEndpoint({
  method: 'POST',
  path: '/invalid-records/{invalidRecordId}/dismiss',
  summary: 'Dismiss an invalid record',
  permission: 'invalid_records.change',
  params: invalidRecordParams,
  response: invalidRecord,
  errors: ['conflict'],
});
