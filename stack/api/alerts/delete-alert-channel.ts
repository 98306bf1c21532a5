import { deleteAlertChannel as endpoint } from '@middle/contract/alerts/delete-alert-channel.ts';
import { deleteChannel } from '@middle/store/alerts/channels.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingChannel } from './answer.ts';

export const deleteAlertChannel = handler(endpoint, async ({ deps, params, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, name, accountId } = await existingChannel(client, params.alertChannelId);
    await deleteChannel(client, id);
    await addAuditEvent(client, caller, {
      action: 'alert_channel.delete',
      subjectKind: 'alert_channel',
      subjectId: id,
      accountId,
      detail: { name },
    });
  }),
);
