import { listConnections as endpoint } from '@middle/contract/connections/list-connections.ts';
import { getAppVersionById } from '@middle/store/app-versions.ts';
import { listConnections as list } from '@middle/store/connections.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import { afterId, pageOf } from '../http/cursor.ts';
import { connectionAnswer } from './answer.ts';

export const listConnections = handler(endpoint, async (call) => {
  const { deps, query, visible } = call;
  const rows = await list(deps.database, {
    visible,
    accountId: await accountFilter(call, query.accountId),
    app: query.app,
    limit: query.limit + 1,
    after: afterId(query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  const versionIds = [...new Set(items.map(({ versionId }) => versionId))];
  const versions = await Promise.all(versionIds.map((id) => getAppVersionById(deps.database, id)));
  const manifests = new Map(versions.map(({ id, manifest }) => [id, manifest]));
  const answers = items.flatMap((connection) => {
    const manifest = manifests.get(connection.versionId);
    return manifest === undefined ? [] : [connectionAnswer(deps.keys, connection, manifest)];
  });
  return { items: await Promise.all(answers), next };
});
