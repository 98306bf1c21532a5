import { z } from 'zod';
import { listRecordVersions as endpoint } from '@middle/contract/records/list-record-versions.ts';
import { listStates } from '@middle/store/record-reads.ts';
import { handler } from '../call.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { changesBetween } from './changes.ts';
import { existingRecord } from './record-set.ts';

const position = z.strictObject({ version: z.int().min(0).max(2_147_483_647) });

export const listRecordVersions = handler(endpoint, async ({ deps, params, query }) => {
  const { set, record } = await existingRecord(deps.database, params);
  const below = query.after === undefined ? undefined : decodeCursor(position, query.after).version;
  const rows = await listStates(deps.database, {
    recordSet: set.id,
    id: record.id,
    limit: query.limit + 1,
    below,
  });
  const versions = rows.map((state, index) => {
    const before = rows[index + 1];
    const changes = before === undefined ? [] : changesBetween(before.data, state.data);
    return { ...state, changed: changes.map(({ attribute }) => attribute) };
  });
  return pageOf(versions, query.limit, ({ version }) => ({ version }));
});
