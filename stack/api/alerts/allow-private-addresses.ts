import { allowPrivateAddresses as endpoint } from '@middle/contract/alerts/allow-private-addresses.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { allowPrivateAddresses as allow } from '@middle/store/alerts/channels.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { audited } from './channels.ts';
import { channelAnswer, existingChannel } from './answer.ts';

export const allowPrivateAddresses = handler(endpoint, async ({ deps, params, body, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, url, kind, accountId } = await existingChannel(client, params.alertChannelId);
    if (kind !== 'webhook') throw new MiddleError('conflict', 'only a webhook has an address of the web');
    await allow(client, id, body.allowed);
    await addAuditEvent(client, caller, {
      action: 'alert_channel.allow_private_addresses',
      subjectKind: 'alert_channel',
      subjectId: id,
      accountId,
      detail: { ...audited({ url }), allowed: body.allowed },
    });
    return channelAnswer(await existingChannel(client, id));
  }),
);
