import { listAppVersions as endpoint } from '@middle/contract/apps/list-app-versions.ts';
import { listAppVersions as list } from '@middle/store/app-versions.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { existingApp } from './get-app.ts';

export const listAppVersions = handler(endpoint, async ({ deps, params, query }) => {
  await existingApp(deps.database, params.appKey);
  const rows = await list(deps.database, {
    appKey: params.appKey,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  return pageOf(rows, query.limit, ({ id }) => id);
});
