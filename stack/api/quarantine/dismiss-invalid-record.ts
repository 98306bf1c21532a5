import { dismissInvalidRecord as endpoint } from '@middle/contract/quarantine/dismiss-invalid-record.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { dismissInvalidRecord as dismiss } from '@middle/store/quarantine-reads.ts';
import { handler } from '../call.ts';
import { existingInvalidRecord } from './get-invalid-record.ts';

export const dismissInvalidRecord = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const record = await existingInvalidRecord(client, params.invalidRecordId);
    if (!(await dismiss(client, record.id))) {
      throw new MiddleError('conflict', `the invalid record is ${record.state} already`);
    }
    await addAuditEvent(client, caller, {
      action: 'invalid_record.dismiss',
      subjectKind: 'invalid_record',
      subjectId: record.id,
      accountId,
      detail: { recordType: record.recordType, recordId: record.recordId },
    });
    return existingInvalidRecord(client, record.id);
  }),
);
