import { listJobs as endpoint } from '@middle/contract/jobs/list-jobs.ts';
import { listJobs as list } from '@middle/store/jobs.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { jobAnswer } from './answer.ts';

export const listJobs = handler(endpoint, async ({ deps, query }) => {
  const rows = await list(deps.database, {
    kind: query.kind,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  return { items: items.map(jobAnswer), next };
});
