import { listRequeued as endpoint } from '@middle/contract/triggers/list-requeued.ts';
import { listRequeued as list } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';

export const listRequeued = handler(endpoint, async ({ deps, params, query }) => {
  const rows = await list(deps.database, {
    triggerId: params.triggerId,
    state: query.state,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  return pageOf(rows, query.limit, ({ id }) => id);
});
