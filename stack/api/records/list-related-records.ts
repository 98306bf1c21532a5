import { z } from 'zod';
import { listRelatedRecords as endpoint } from '@middle/contract/records/list-related-records.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getRecords } from '@middle/store/record-reads.ts';
import { handler } from '../call.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { existingRecord, existingRecordSet, foreignKeysOf } from './record-set.ts';

const position = z.strictObject({ search: z.string().max(4000) });

export const listRelatedRecords = handler(endpoint, async ({ deps, params, query }) => {
  const { attribute, recordId, relatedType } = params;
  await existingRecord(deps.database, params);
  const set = await existingRecordSet(deps.database, { ...params, recordType: relatedType });
  const foreignKey = foreignKeysOf(set).find(({ key }) => key === attribute);
  if (foreignKey?.references !== params.recordType) {
    throw new MiddleError(
      'not_found',
      `${relatedType} has no foreign key ${attribute} to ${params.recordType}`,
    );
  }
  const found = await deps.search.query({
    recordSets: [set.id],
    text: '',
    filters: [{ attribute, operator: 'is', value: recordId }],
    sort: null,
    limit: query.limit,
    after: query.after === undefined ? null : decodeCursor(position, query.after).search,
  });
  const ids = found.hits.map(({ id }) => id);
  const rows = await getRecords(deps.database, set.id, ids);
  return {
    // The index may be a moment behind: what no longer names this record is left out.
    items: rows.filter(({ data }) => data[attribute] === recordId),
    next: found.next === null ? null : encodeCursor({ search: found.next }),
  };
});
