import { retryLookups as endpoint } from '@middle/contract/lookups/retry-lookups.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { retryLookups as retry } from '@middle/store/lookup-reads.ts';
import { handler } from '../call.ts';

export const retryLookups = handler(endpoint, async ({ deps, params, body, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const retried = await retry(client, { ...params, ...body });
    await addAuditEvent(client, caller, {
      action: 'lookups.retry',
      subjectKind: 'connection',
      subjectId: params.connectionId,
      accountId,
      detail: { retried, recordType: body.recordType ?? null },
    });
    return { retried };
  }),
);
