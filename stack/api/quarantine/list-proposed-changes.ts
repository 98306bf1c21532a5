import { listProposedChanges as endpoint } from '@middle/contract/quarantine/list-proposed-changes.ts';
import { proposeChanges } from '@middle/core/proposed-change.ts';
import { listInvalidRecords } from '@middle/store/quarantine-reads.ts';
import { pageRecords } from '@middle/store/record-reads.ts';
import { listRecordSets } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';

/** Enough to see what is wrong with a source; looking at all of them could take long. */
const LOOKED_AT = 1_000;
const STORED_LOOKED_AT = 200;

export const listProposedChanges = handler(endpoint, async ({ deps, params, accountId }) => {
  const sets = await listRecordSets(deps.database, params.connectionId);
  const proposals = sets.map(async ({ id, recordType }) => {
    const invalid = await listInvalidRecords(deps.database, {
      visible: [accountId],
      connectionId: params.connectionId,
      recordType: recordType.key,
      state: 'open',
      limit: LOOKED_AT,
    });
    if (invalid.length === 0) return [];
    const stored = await pageRecords(deps.database, {
      recordSet: id,
      deleted: 'exclude',
      limit: STORED_LOOKED_AT,
    });
    return proposeChanges(
      recordType,
      invalid.map(({ data }) => data),
      stored.map(({ data }) => data),
    );
  });
  return { items: (await Promise.all(proposals)).flat() };
});
