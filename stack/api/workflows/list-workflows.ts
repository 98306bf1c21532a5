import { listWorkflows as endpoint } from '@middle/contract/workflows/list-workflows.ts';
import { listWorkflows as list } from '@middle/store/workflows/workflows.ts';
import { z } from 'zod';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { workflowSummaryAnswer } from './answer.ts';

const position = z.strictObject({ name: z.string(), id: z.uuid() });

export const listWorkflows = handler(endpoint, async ({ deps, accountId, query }) => {
  const rows = await list(deps.database, {
    accountId,
    text: query.text,
    limit: query.limit + 1,
    after: query.after === undefined ? undefined : decodeCursor(position, query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ name, id }) => ({ name, id }));
  return { items: items.map(workflowSummaryAnswer), next };
});
