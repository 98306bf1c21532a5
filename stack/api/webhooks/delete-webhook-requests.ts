import { deleteWebhookRequests as endpoint } from '@middle/contract/webhooks/delete-webhook-requests.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteRequests } from '@middle/store/webhooks/requests.ts';
import { handler } from '../call.ts';

export const deleteWebhookRequests = handler(endpoint, async ({ deps, params, body, caller, accountId }) =>
  deps.database.transaction(async (client) => {
    const { connectionId } = params;
    const deleted = await deleteRequests(client, connectionId, body.ids);
    await addAuditEvent(client, caller, {
      action: 'webhook_requests.delete',
      subjectKind: 'connection',
      subjectId: connectionId,
      accountId,
      detail: { deleted },
    });
    return { deleted };
  }),
);
