import { allows } from '@middle/core/permissions.ts';
import type { Access } from '@middle/core/permissions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { WEBHOOK_ADDRESS_PURPOSE, webhookToken } from '@middle/core/webhook-address.ts';
import { readLastReceived, readWebhookDays, readWebhooks } from '@middle/store/webhooks/requests.ts';
import type { RequestView } from '@middle/store/webhooks/requests.ts';
import type { Deps } from '../deps.ts';

const NONE = { processed: 0, refused: 0, dead: 0, created: 0, updated: 0, unchanged: 0, invalid: 0 };

/** A connection's webhooks; their addresses only for who may change them, since whoever knows one can send. */
export async function webhooksAnswer(deps: Deps, connectionId: string, access: Access, accountId: string) {
  const view = await readWebhooks(deps.database, connectionId);
  if (view === null) throw new MiddleError('not_found', `there is no connection ${connectionId}`);
  const keys = view.webhooks.map(({ key }) => key);
  const days = await readWebhookDays(deps.database, connectionId);
  const last = await readLastReceived(deps.database, connectionId, keys);
  const token = allows(access, 'webhooks.change', accountId)
    ? webhookToken(await deps.keys.derive(WEBHOOK_ADDRESS_PURPOSE), connectionId, view.generation)
    : null;
  const items = view.webhooks.map(({ key, title, description, methods }) => {
    const { webhook: _, ...lastDay } = days.find(({ webhook }) => webhook === key) ?? {
      webhook: key,
      ...NONE,
    };
    return {
      key,
      title,
      ...(description === undefined ? {} : { description }),
      methods,
      address: token === null ? null : `/hooks/${token}/${key}`,
      lastReceivedAt: last.get(key) ?? null,
      lastDay,
    };
  });
  return { items, waiting: view.waiting, dead: view.dead, previousUntil: view.previousUntil };
}

export function requestAnswer(view: RequestView) {
  const { error } = view;
  return {
    ...view,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: error.message,
            fault: error.fault,
            ...(error.hint === undefined ? {} : { hint: error.hint }),
          },
  };
}
