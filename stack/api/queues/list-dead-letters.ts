import { z } from 'zod';
import { listDeadLetters as endpoint } from '@middle/contract/queues/list-dead-letters.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { readableBody } from './readable-body.ts';

const position = z.string().min(1).max(100);

export const listDeadLetters = handler(endpoint, async ({ deps, params, query }) => {
  await existingApp(deps.database, params.appKey);
  const after = query.after === undefined ? undefined : decodeCursor(position, query.after);
  const rows = await deps.queues.open(params.appKey).deadLetters({ limit: query.limit + 1, after });
  const { items, next } = pageOf(rows, query.limit, ({ id }) => id);
  return {
    items: items.map(({ body, ...rest }) => ({ ...rest, bytes: body.length, body: readableBody(body) })),
    next,
  };
});
