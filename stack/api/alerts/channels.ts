import { randomBytes } from 'node:crypto';
import type { newAlertChannel } from '@middle/contract/alerts/alert.ts';
import { ALERT_KINDS } from '@middle/core/alert/kinds.ts';
import { MiddleError } from '@middle/core/errors.ts';
import {
  insertChannel,
  listChannels,
  secretContext,
  setChannelSecret,
} from '@middle/store/alerts/channels.ts';
import type { ChannelChoices } from '@middle/store/alerts/channels.ts';
import { readMailServer } from '@middle/store/alerts/mail-server.ts';
import { listRecipients } from '@middle/store/alerts/recipients.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { z } from 'zod';
import type { Caller } from '../call.ts';
import type { Deps } from '../deps.ts';
import { violates } from '../http/violates.ts';
import { channelAnswer, existingChannel } from './answer.ts';

/** @param accountId null: of the stack */
export async function channelsAnswer(db: Queryable, accountId: string | null) {
  const items = await listChannels(db, accountId);
  return { items: items.map(channelAnswer), canMail: (await readMailServer(db)) !== null };
}

export async function makeChannel(
  { deps, caller }: { readonly deps: Deps; readonly caller: Caller },
  accountId: string | null,
  body: z.output<typeof newAlertChannel>,
) {
  const secret = body.kind === 'webhook' ? newSecret() : null;
  try {
    return await deps.database.transaction(async (client) => {
      await requireSound(client, accountId, body.kind, body);
      const id = await insertChannel(client, {
        ...body,
        accountId,
        createdBy: caller.actorName,
        createdAt: deps.clock.now(),
        // The seal names the id, which the row gets now; the real one follows within the transaction.
        secret: secret === null ? null : new Uint8Array(),
      });
      if (secret !== null) await keepSecret(deps, client, id, secret);
      await addAuditEvent(client, caller, {
        action: 'alert_channel.create',
        subjectKind: 'alert_channel',
        subjectId: id,
        accountId,
        detail: audited(body),
      });
      return { channel: channelAnswer(await existingChannel(client, id)), secret };
    });
  } catch (error) {
    throw nameTaken(error, body.name);
  }
}

/** The address of a webhook may be a secret by itself: only its host is noted. */
export function audited(choices: Partial<ChannelChoices>): Readonly<Record<string, unknown>> {
  const { url } = choices;
  return { ...choices, ...(typeof url === 'string' ? { url: new URL(url).host } : {}) };
}

export function newSecret(): string {
  return `ms_${randomBytes(32).toString('base64url')}`;
}

export async function keepSecret(deps: Deps, db: Queryable, id: string, secret: string): Promise<void> {
  await setChannelSecret(db, id, await deps.keys.seal(Buffer.from(secret), secretContext(id)));
}

/** What a channel's choices must have in common. @throws MiddleError request_invalid */
export async function requireSound(
  db: Queryable,
  accountId: string | null,
  kind: 'email' | 'webhook',
  choices: ChannelChoices,
): Promise<void> {
  if (kind === 'webhook' && choices.url === null) throw invalid('url', 'a webhook needs an address');
  if (kind === 'webhook' && choices.people.length + choices.addresses.length > 0) {
    throw invalid('people', 'a webhook has no recipients');
  }
  if (kind === 'email' && choices.url !== null)
    throw invalid('url', 'a channel that sends mail has no address of the web');
  if (kind === 'email' && choices.people.length + choices.addresses.length === 0) {
    throw invalid('addresses', 'choose people, or give addresses');
  }
  if (choices.everyAccount && accountId !== null) {
    throw invalid('everyAccount', 'only a channel of the stack tells the alerts of every account');
  }
  const foreign = (choices.kinds ?? []).filter(
    (one) => accountId !== null && ALERT_KINDS[one].scope === 'stack',
  );
  if (foreign.length > 0)
    throw invalid('kinds', `alerts of the stack are not an account's: ${foreign.join(', ')}`);
  const known = new Set((await listRecipients(db, accountId)).map(({ id }) => id));
  const strangers = choices.people.filter((id) => !known.has(id));
  if (strangers.length > 0) throw invalid('people', `they may not see these alerts: ${strangers.join(', ')}`);
}

function invalid(field: string, message: string): MiddleError {
  return new MiddleError('request_invalid', message, {
    data: { errors: [{ path: `body.${field}`, message }] },
  });
}

export function nameTaken(error: unknown, name: string): unknown {
  if (!violates(error, 'alert_channel_account_id_name_key')) return error;
  return new MiddleError('conflict', `there is already a channel named “${name}”`, { cause: error });
}
