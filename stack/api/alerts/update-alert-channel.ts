import { updateAlertChannel as endpoint } from '@middle/contract/alerts/update-alert-channel.ts';
import { updateChannel } from '@middle/store/alerts/channels.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { channelAnswer, existingChannel } from './answer.ts';
import { audited, nameTaken, requireSound } from './channels.ts';

export const updateAlertChannel = handler(endpoint, async ({ deps, params, body, caller }) => {
  try {
    return await deps.database.transaction(async (client) => {
      const before = await existingChannel(client, params.alertChannelId);
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const after = { ...before, ...given };
      await requireSound(client, before.accountId, before.kind, after);
      await updateChannel(client, before.id, after);
      await addAuditEvent(client, caller, {
        action: 'alert_channel.update',
        subjectKind: 'alert_channel',
        subjectId: before.id,
        accountId: before.accountId,
        detail: { name: before.name, after: audited(given) },
      });
      return channelAnswer(await existingChannel(client, before.id));
    });
  } catch (error) {
    throw nameTaken(error, body.name ?? '');
  }
});
