import { retryAfter } from '@middle/core/alert/plan.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Transport } from '@middle/functions/egress/hop.ts';
import { secretContext } from '@middle/store/alerts/channels.ts';
import { addressesOf, claimMessage, settleMessage } from '@middle/store/alerts/messages.ts';
import type { MessageContent, ReachedChannel } from '@middle/store/alerts/messages.ts';
import type { AlertDeps } from './deps.ts';
import { callHook } from './hook.ts';
import { sendMail } from './mail.ts';

/** Longer than a delivery may take, so that no other worker sends it meanwhile. */
const LEASE_SECONDS = 120;

export interface DeliverDeps extends AlertDeps {
  readonly transport: Transport;
}

/**
 * Sends the next message that is due. A worker that dies after it sent, and before it noted so, leaves the message to be
 * sent again: a receiver may get it twice, with the same id, and never not at all.
 * @returns whether there was one
 */
export async function deliverOne(deps: DeliverDeps): Promise<boolean> {
  const { database, clock, log } = deps;
  const message = await claimMessage(database, clock.now(), LEASE_SECONDS);
  if (message === null) return false;
  try {
    const note = await deliver(deps, message.id, message.channel, message.content);
    await settleMessage(database, message, { state: 'sent', at: clock.now(), note });
  } catch (error) {
    const text = toldError(error);
    const wait = retryAfter(message.attempts);
    const now = clock.now();
    log({ level: 'warn', code: 'alert.delivery_failed', message: text, data: { message: message.id } });
    await settleMessage(
      database,
      message,
      wait === null
        ? { state: 'failed', at: now, error: text }
        : { state: 'waiting', nextAt: new Date(now.getTime() + wait * 1_000), error: text },
    );
  }
  return true;
}

/** @returns what is worth a note though it went: who was refused */
export async function deliver(
  deps: DeliverDeps,
  id: string,
  channel: ReachedChannel,
  content: MessageContent,
): Promise<string | null> {
  if (channel.kind === 'webhook') {
    if (channel.url === null || channel.secret === null) {
      throw new MiddleError('delivery_failed', 'the channel has no address');
    }
    const secret = Buffer.from(await deps.keys.open(channel.secret, secretContext(channel.id))).toString(
      'utf8',
    );
    const { url, privateAddresses } = channel;
    await callHook(deps, { id, url, secret, privateAddresses, payload: content.payload });
    return null;
  }
  const own = await addressesOf(deps.database, channel.people, channel.accountId);
  const to = [...new Set([...own, ...channel.addresses])];
  if (to.length === 0) {
    throw new MiddleError('delivery_failed', 'the channel has no recipient left', {
      hint: 'The people that were chosen may no longer see the account, or have no address.',
    });
  }
  const refused = await sendMail(deps, { id, to, ...content });
  return refused.length === 0 ? null : `the server refused ${refused.join(', ')}`;
}

/** An error with its hint, as people read it. */
export function toldError(error: unknown): string {
  const hint = error instanceof MiddleError && error.hint !== undefined ? ` ${error.hint}` : '';
  return `${messageOf(error)}${hint === '' ? '' : `.${hint}`}`;
}
