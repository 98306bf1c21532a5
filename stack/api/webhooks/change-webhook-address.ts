import { changeWebhookAddress as endpoint } from '@middle/contract/webhooks/change-webhook-address.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { changeAddress } from '@middle/store/webhooks/receive.ts';
import { handler } from '../call.ts';
import { webhooksAnswer } from './answer.ts';

export const changeWebhookAddress = handler(endpoint, async ({ deps, params, body, caller, accountId }) => {
  const { connectionId } = params;
  const { graceSeconds } = body;
  await deps.database.transaction(async (client) => {
    const generation = await changeAddress(client, connectionId, graceSeconds);
    await addAuditEvent(client, caller, {
      action: 'webhook.change_address',
      subjectKind: 'connection',
      subjectId: connectionId,
      accountId,
      detail: { generation, graceSeconds },
    });
  });
  return webhooksAnswer(deps, connectionId, caller.access, accountId);
});
