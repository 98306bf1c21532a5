import { z } from 'zod';
import { listLookups as endpoint } from '@middle/contract/lookups/list-lookups.ts';
import { listLookups as list } from '@middle/store/lookup-reads.ts';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';

const position = z.strictObject({ recordSetId: z.int().min(1).max(2_147_483_647), recordId: z.string() });

export const listLookups = handler(endpoint, async ({ deps, params, query }) => {
  const rows = await list(deps.database, {
    connectionId: params.connectionId,
    state: query.state,
    limit: query.limit + 1,
    after: query.after === undefined ? undefined : decodeCursor(position, query.after),
  });
  const { items, next } = pageOf(rows, query.limit, ({ recordSetId, recordId }) => ({
    recordSetId,
    recordId,
  }));
  return { items: items.map(({ recordSetId: _recordSetId, ...lookup }) => lookup), next };
});
