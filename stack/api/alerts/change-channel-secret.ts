import { changeChannelSecret as endpoint } from '@middle/contract/alerts/change-channel-secret.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { channelAnswer, existingChannel } from './answer.ts';
import { keepSecret, newSecret } from './channels.ts';

export const changeChannelSecret = handler(endpoint, async ({ deps, params, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, name, kind, accountId } = await existingChannel(client, params.alertChannelId);
    if (kind !== 'webhook') throw new MiddleError('conflict', 'a channel that sends mail has no secret');
    const secret = newSecret();
    await keepSecret(deps, client, id, secret);
    await addAuditEvent(client, caller, {
      action: 'alert_channel.change_secret',
      subjectKind: 'alert_channel',
      subjectId: id,
      accountId,
      detail: { name },
    });
    return { channel: channelAnswer(await existingChannel(client, id)), secret };
  }),
);
