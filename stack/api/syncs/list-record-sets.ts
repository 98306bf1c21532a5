import { listRecordSets as endpoint } from '@middle/contract/syncs/list-record-sets.ts';
import { countOpen } from '@middle/store/quarantine-reads.ts';
import { countRecords } from '@middle/store/record-reads.ts';
import { listRecordSets as list } from '@middle/store/record-sets.ts';
import { listSyncs } from '@middle/store/sync-history.ts';
import { handler } from '../call.ts';
import { syncAnswer } from './answer.ts';

export const listRecordSets = handler(endpoint, async ({ deps, params }) => {
  const { database } = deps;
  const [sets, syncs] = await Promise.all([
    list(database, params.connectionId),
    listSyncs(database, params.connectionId),
  ]);
  const invalid = await countOpen(
    database,
    sets.map(({ id }) => id),
  );
  const items = sets.map(async ({ id, recordType }) => ({
    id,
    recordType,
    records: await countRecords(database, id, 'exclude'),
    deletedRecords: await countRecords(database, id, 'only'),
    invalidRecords: invalid.get(id) ?? 0,
    syncs: syncs.filter(({ recordSetId }) => recordSetId === id).map(syncAnswer),
  }));
  return { items: await Promise.all(items) };
});
