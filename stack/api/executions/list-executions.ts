import { listExecutions as endpoint } from '@middle/contract/executions/list-executions.ts';
import { listExecutions as list } from '@middle/store/executions/history.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listExecutions = handler(endpoint, async ({ deps, accountId, query }) => {
  const { limit, after, from, to, ...filter } = query;
  const rows = await list(
    deps.database,
    {
      ...filter,
      accountId,
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    },
    { limit: limit + 1, after: afterId(after) },
  );
  return pageOf(rows, limit, ({ id }) => id);
});
