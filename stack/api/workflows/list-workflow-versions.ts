import { listWorkflowVersions as endpoint } from '@middle/contract/workflows/list-workflow-versions.ts';
import { listVersions } from '@middle/store/workflows/versions.ts';
import { z } from 'zod';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';

const position = z.int().min(1).max(2_147_483_647);

export const listWorkflowVersions = handler(endpoint, async ({ deps, params, query }) => {
  const rows = await listVersions(deps.database, {
    workflowId: params.workflowId,
    limit: query.limit + 1,
    after: query.after === undefined ? undefined : decodeCursor(position, query.after),
  });
  return pageOf(rows, query.limit, ({ version }) => version);
});
