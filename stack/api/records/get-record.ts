import { getRecord as endpoint } from '@middle/contract/records/get-record.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { expectedDeletion } from '@middle/core/retention.ts';
import type { Database } from '@middle/store/database.ts';
import { getRecords, getStateAt } from '@middle/store/record-reads.ts';
import type { WholeRecord } from '@middle/store/record-reads.ts';
import { findRecordSet } from '@middle/store/record-sets.ts';
import type { RecordSet } from '@middle/store/record-sets.ts';
import { readRetention } from '@middle/store/settings.ts';
import { listSyncs } from '@middle/store/sync-history.ts';
import { handler } from '../call.ts';
import { existingRecord, foreignKeysOf } from './record-set.ts';

export const getRecord = handler(endpoint, async ({ deps, params, query }) => {
  const { database } = deps;
  const { set, record } = await existingRecord(database, params);
  const shown = query.at === undefined ? record : await asOf(database, set, record, new Date(query.at));
  return {
    ...shown,
    recordType: params.recordType,
    connectionId: params.connectionId,
    expiresAt: await expiryOf(database, set, record),
    references: await referencesOf(database, set, shown),
  };
});

async function asOf(database: Database, set: RecordSet, record: WholeRecord, at: Date): Promise<WholeRecord> {
  const state = await getStateAt(database, set.id, record.id, at);
  if (state === null) {
    throw new MiddleError('not_found', `there was no record ${record.id} at ${at.toISOString()}`, {
      hint: 'It came later, or its state of that time has expired.',
    });
  }
  const { version, data, invocationId, deletedAt, validFrom } = state;
  return { ...record, version, data, invocationId, deletedAt, updatedAt: validFrom };
}

/** What its foreign keys name, and whether that is stored. */
async function referencesOf(database: Database, set: RecordSet, record: WholeRecord) {
  const references = foreignKeysOf(set).map(async ({ key, references: recordType }) => {
    const id = record.data[key];
    if (typeof id !== 'string') return [];
    const target = await findRecordSet(database, set.connectionId, recordType);
    const stored = target === null ? [] : await getRecords(database, target.id, [id]);
    return [{ attribute: key, recordType, id, stored: stored.length > 0 }];
  });
  return (await Promise.all(references)).flat();
}

async function expiryOf(database: Database, set: RecordSet, record: WholeRecord): Promise<Date | null> {
  const recordDays = set.retentionDays ?? (await readRetention(database)).recordDays;
  if (recordDays === null) return null;
  const syncs = await listSyncs(database, set.connectionId);
  const transferredWhole = syncs.some(
    (sync) =>
      sync.recordSetId === set.id && sync.kind === 'complete' && sync.enabled && sync.everySeconds !== null,
  );
  return expectedDeletion(record, { recordDays, transferredWhole });
}
