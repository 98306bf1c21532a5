import { listRepeatJobs as endpoint } from '@middle/contract/repeats/list-repeat-jobs.ts';
import { listRepeatJobs as list } from '@middle/store/executions/again-many.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { jobAnswer } from '../jobs/answer.ts';

export const listRepeatJobs = handler(endpoint, async ({ deps, accountId, query }) => {
  const { limit } = query;
  const rows = await list(deps.database, { accountId, limit: limit + 1, after: afterId(query.after) });
  const { items, next } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map((job) => ({ ...jobAnswer(job), again: job.again })), next };
});
