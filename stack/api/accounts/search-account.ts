import { z } from 'zod';
import { SEARCH_LIMITS } from '@middle/cloud/ports/search.ts';
import { searchAccount as endpoint } from '@middle/contract/accounts/search-account.ts';
import { getRecords } from '@middle/store/record-reads.ts';
import { listRecordSetsOfAccount } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';

const position = z.strictObject({ search: z.string().max(4000) });

export const searchAccount = handler(endpoint, async ({ deps, accountId, query }) => {
  const after = query.after === undefined ? null : decodeCursor(position, query.after).search;
  const sets = await listRecordSetsOfAccount(deps.database, accountId, SEARCH_LIMITS.recordSets);
  const found = await deps.search.query({
    recordSets: sets.map(({ id }) => id),
    text: query.text,
    filters: [],
    sort: null,
    limit: query.limit,
    after,
  });
  const rows = await Promise.all(
    sets.map(async (set) => {
      const ids = found.hits.filter(({ recordSet }) => recordSet === set.id).map(({ id }) => id);
      const records = ids.length === 0 ? [] : await getRecords(deps.database, set.id, ids);
      return records.map((record) => ({ set, record }));
    }),
  );
  const byKey = new Map(rows.flat().map((row) => [`${String(row.set.id)}:${row.record.id}`, row]));
  const items = found.hits.flatMap(({ recordSet, id }) => {
    const row = byKey.get(`${String(recordSet)}:${id}`);
    if (row === undefined) return [];
    const { connectionId, connectionName, recordType } = row.set;
    return [
      {
        ...row.record,
        connectionId,
        connectionName,
        recordType: recordType.key,
        recordTypeTitle: recordType.title,
      },
    ];
  });
  return {
    items,
    next: found.next === null ? null : encodeCursor({ search: found.next }),
    total: found.total,
  };
});
