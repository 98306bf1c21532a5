import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { list, timestamp, uuid } from '../shared.ts';
import { recordParams } from './record.ts';

export const listRecordProvenance = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/record-types/{recordType}/records/{recordId}/provenance',
  summary: 'For each attribute: which run of a function wrote the value it has',
  permission: 'records.read',
  params: recordParams,
  response: list(
    z.strictObject({
      attribute: z.string(),
      version: z.int(),
      since: timestamp,
      invocationId: uuid,
      runId: uuid.nullable(),
      complete: z
        .boolean()
        .meta({ description: 'False: older versions have expired, so the value may be older still.' }),
    }),
  ),
});
