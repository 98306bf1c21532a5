import { z } from 'zod';
import { listApps as endpoint } from '@middle/contract/apps/list-apps.ts';
import { key } from '@middle/contract/shared.ts';
import { listApps as list } from '@middle/store/apps.ts';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';

const position = z.strictObject({ key });

export const listApps = handler(endpoint, async ({ deps, query, visible, caller }) => {
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after).key;
  // A developer sees every app; others those that their accounts may use.
  const rows = await list(deps.database, {
    visible: caller.access.role === 'member' ? visible : null,
    limit: query.limit + 1,
    after,
  });
  return pageOf(rows, query.limit, (app) => ({ key: app.key }));
});
