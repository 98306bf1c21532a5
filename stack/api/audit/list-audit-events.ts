import { listAuditEvents as endpoint } from '@middle/contract/audit/list-audit-events.ts';
import { listAuditEvents as list } from '@middle/store/audit.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listAuditEvents = handler(endpoint, async (call) => {
  const { deps, query } = call;
  const rows = await list(deps.database, {
    ...query,
    accountId: await accountFilter(call, query.accountId),
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  return pageOf(rows, query.limit, ({ id }) => id);
});
