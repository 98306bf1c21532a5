import type { Transaction } from '@middle/store/database.ts';
import { lookupTargets, missingIds, requestLookups } from '@middle/store/lookup-requests.ts';
import type { CheckedEmission } from './check-records.ts';

/** Asks for the records that new or changed foreign keys name and that are not there yet. */
export async function requestUnseen(
  client: Transaction,
  connectionId: string,
  written: readonly CheckedEmission[],
): Promise<void> {
  const wanted = new Map<string, Set<string>>();
  for (const { references } of written) {
    for (const { recordType, id } of references) {
      const ids = wanted.get(recordType) ?? new Set();
      wanted.set(recordType, ids.add(id));
    }
  }
  if (wanted.size === 0) return;
  const targets = await lookupTargets(client, connectionId);
  for (const [recordType, ids] of wanted) {
    const recordSetId = targets.get(recordType);
    if (recordSetId === undefined) continue;
    await requestLookups(client, recordSetId, await missingIds(client, recordSetId, [...ids]));
  }
}
