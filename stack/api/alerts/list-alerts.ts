import { listAlerts as endpoint } from '@middle/contract/alerts/list-alerts.ts';
import { listAlerts as list } from '@middle/store/alerts/list.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { alertAnswer } from './answer.ts';

export const listAlerts = handler(endpoint, async (call) => {
  const { deps, query, visible } = call;
  const account = await accountFilter(call, query.accountId);
  const rows = await list(deps.database, {
    accounts: account === undefined ? visible : [account],
    state: query.state,
    kind: query.kind,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  return { items: items.map(alertAnswer), next };
});
