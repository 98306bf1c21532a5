import { reprocessInvalidRecords as endpoint } from '@middle/contract/quarantine/reprocess-invalid-records.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';
import { existingRecordSet } from '../records/record-set.ts';

export const reprocessInvalidRecords = handler(endpoint, async (call) => {
  const { accountId, body, deps, params } = call;
  const { recordType } = body;
  if (recordType !== undefined) await existingRecordSet(deps.database, { ...params, recordType });
  return requestJob(call, {
    kind: 'reprocess',
    subject: params.connectionId,
    input: { accountId, ...(recordType === undefined ? {} : { recordType }) },
    action: 'invalid_records.reprocess',
    subjectKind: 'connection',
  });
});
