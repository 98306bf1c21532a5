import { listAlertMessages as endpoint } from '@middle/contract/alerts/list-alert-messages.ts';
import { listMessages } from '@middle/store/alerts/messages.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listAlertMessages = handler(endpoint, async ({ deps, params, query }) => {
  const rows = await listMessages(deps.database, {
    channelId: params.alertChannelId,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  return pageOf(rows, query.limit, ({ id }) => id);
});
