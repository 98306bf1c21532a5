import { listRelatedTabs as endpoint } from '@middle/contract/records/list-related-tabs.ts';
import { listRecordSets } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';
import { existingRecord, foreignKeysOf } from './record-set.ts';

export const listRelatedTabs = handler(endpoint, async ({ deps, params }) => {
  await existingRecord(deps.database, params);
  const sets = await listRecordSets(deps.database, params.connectionId);
  const tabs = sets.flatMap((set) =>
    foreignKeysOf(set)
      .filter(({ references }) => references === params.recordType)
      .map(async (attribute) => {
        const { total } = await deps.search.query({
          recordSets: [set.id],
          text: '',
          filters: [{ attribute: attribute.key, operator: 'is', value: params.recordId }],
          sort: null,
          limit: 1,
          after: null,
        });
        return {
          recordType: set.recordType.key,
          recordTypeTitle: set.recordType.title,
          attribute: attribute.key,
          attributeTitle: attribute.title,
          records: total,
        };
      }),
  );
  return { items: await Promise.all(tabs) };
});
