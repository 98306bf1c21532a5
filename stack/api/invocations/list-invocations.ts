import { listInvocations as endpoint } from '@middle/contract/invocations/list-invocations.ts';
import { listInvocations as list } from '@middle/store/sync-history.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listInvocations = handler(endpoint, async (call) => {
  const { deps, query, visible } = call;
  const rows = await list(deps.database, {
    ...query,
    visible,
    accountId: await accountFilter(call, query.accountId),
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  return pageOf(rows, query.limit, ({ id }) => id);
});
