import { listProposedChanges as endpoint } from '@middle/contract/quarantine/list-proposed-changes.ts';
import { proposeChanges } from '@middle/core/proposed-change.ts';
import { listInvalidRecords } from '@middle/store/quarantine-reads.ts';
import { listRecordSets } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';

/** Enough to see what is wrong with a source; looking at all of them could take long. */
const LOOKED_AT = 1_000;

export const listProposedChanges = handler(endpoint, async ({ deps, params, accountId }) => {
  const sets = await listRecordSets(deps.database, params.connectionId);
  const proposals = sets.map(async ({ recordType }) => {
    const invalid = await listInvalidRecords(deps.database, {
      visible: [accountId],
      connectionId: params.connectionId,
      recordType: recordType.key,
      state: 'open',
      limit: LOOKED_AT,
    });
    return proposeChanges(
      recordType,
      invalid.map(({ data }) => data),
    );
  });
  return { items: (await Promise.all(proposals)).flat() };
});
