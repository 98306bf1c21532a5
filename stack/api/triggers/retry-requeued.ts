import { retryRequeued as endpoint } from '@middle/contract/triggers/retry-requeued.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { retryRequeued as retry } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';

export const retryRequeued = handler(endpoint, async ({ deps, params, body, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const retried = await retry(client, params.triggerId, body.ids);
    await addAuditEvent(client, caller, {
      action: 'trigger.retry',
      subjectKind: 'trigger',
      subjectId: params.triggerId,
      accountId,
      detail: { retried },
    });
    return { retried };
  }),
);
