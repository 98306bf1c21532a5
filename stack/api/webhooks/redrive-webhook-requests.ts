import { redriveWebhookRequests as endpoint } from '@middle/contract/webhooks/redrive-webhook-requests.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { redriveRequests } from '@middle/store/webhooks/requests.ts';
import { handler } from '../call.ts';

export const redriveWebhookRequests = handler(endpoint, async ({ deps, params, body, caller, accountId }) =>
  deps.database.transaction(async (client) => {
    const { connectionId } = params;
    const redriven = await redriveRequests(client, connectionId, body.ids);
    await addAuditEvent(client, caller, {
      action: 'webhook_requests.redrive',
      subjectKind: 'connection',
      subjectId: connectionId,
      accountId,
      detail: { redriven },
    });
    return { redriven };
  }),
);
