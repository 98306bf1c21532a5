import { listInvalidRecords as endpoint } from '@middle/contract/quarantine/list-invalid-records.ts';
import { listInvalidRecords as list } from '@middle/store/quarantine-reads.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listInvalidRecords = handler(endpoint, async (call) => {
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
