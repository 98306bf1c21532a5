import { z } from 'zod';
import { listAccounts as endpoint } from '@middle/contract/accounts/list-accounts.ts';
import { listAccounts as list } from '@middle/store/accounts.ts';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';

const position = z.strictObject({ name: z.string().max(200), id: z.uuid() });

export const listAccounts = handler(endpoint, async ({ deps, query, visible }) => {
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after);
  const rows = await list(deps.database, { visible, limit: query.limit + 1, after });
  return pageOf(rows, query.limit, ({ name, id }) => ({ name, id }));
});
