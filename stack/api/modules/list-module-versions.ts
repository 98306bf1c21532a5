import { listModuleVersions as endpoint } from '@middle/contract/modules/list-module-versions.ts';
import { listModuleVersions as list } from '@middle/store/modules/modules.ts';
import { z } from 'zod';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { existingModule } from './existing.ts';

const position = z.int().min(1).max(2_147_483_647);

export const listModuleVersions = handler(endpoint, async ({ deps, params, query }) => {
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after);
  const { id: moduleId } = await existingModule(deps.database, params.moduleKey);
  const rows = await list(deps.database, { moduleId, limit: query.limit + 1, after });
  return pageOf(rows, query.limit, ({ version }) => version);
});
