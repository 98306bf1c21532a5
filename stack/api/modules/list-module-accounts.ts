import { listModuleAccounts as endpoint } from '@middle/contract/modules/list-module-accounts.ts';
import { listOptInsOfModule } from '@middle/store/modules/opt-ins.ts';
import { z } from 'zod';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { moduleAccountAnswer } from './answer.ts';
import { existingModule } from './existing.ts';

const position = z.strictObject({ name: z.string(), id: z.uuid() });

export const listModuleAccounts = handler(endpoint, async ({ deps, params, query }) => {
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after);
  const { id: moduleId } = await existingModule(deps.database, params.moduleKey);
  const rows = await listOptInsOfModule(deps.database, { moduleId, limit: query.limit + 1, after });
  const { items, next } = pageOf(rows, query.limit, ({ accountName, id }) => ({ name: accountName, id }));
  return { items: items.map(moduleAccountAnswer), next };
});
