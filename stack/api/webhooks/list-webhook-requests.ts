import { listWebhookRequests as endpoint } from '@middle/contract/webhooks/list-webhook-requests.ts';
import { listRequests } from '@middle/store/webhooks/requests.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { requestAnswer } from './answer.ts';

export const listWebhookRequests = handler(endpoint, async ({ deps, params, query }) => {
  const rows = await listRequests(deps.database, {
    connectionId: params.connectionId,
    states: query.state,
    webhook: query.webhook,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  return { items: items.map(requestAnswer), next };
});
