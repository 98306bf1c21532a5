import { retryAlertMessages as endpoint } from '@middle/contract/alerts/retry-alert-messages.ts';
import { retryMessages } from '@middle/store/alerts/messages.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingChannel } from './answer.ts';

export const retryAlertMessages = handler(endpoint, async ({ deps, params, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, name, accountId } = await existingChannel(client, params.alertChannelId);
    const retried = await retryMessages(client, id, deps.clock.now());
    await addAuditEvent(client, caller, {
      action: 'alert_channel.retry',
      subjectKind: 'alert_channel',
      subjectId: id,
      accountId,
      detail: { name, retried },
    });
    return { retried };
  }),
);
