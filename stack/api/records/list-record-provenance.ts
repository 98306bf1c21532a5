import { isDeepStrictEqual } from 'node:util';
import { listRecordProvenance as endpoint } from '@middle/contract/records/list-record-provenance.ts';
import { listStates, runsOf } from '@middle/store/record-reads.ts';
import type { RecordState } from '@middle/store/record-reads.ts';
import { handler } from '../call.ts';
import { existingRecord } from './record-set.ts';

/** How far back it looks. */
const STATES_MOST = 500;

export const listRecordProvenance = handler(endpoint, async ({ deps, params }) => {
  const { set, record } = await existingRecord(deps.database, params);
  const states = await listStates(deps.database, { recordSet: set.id, id: record.id, limit: STATES_MOST });
  const origins = Object.keys(record.data).map((attribute) => originOf(states, attribute));
  const found = origins.filter((origin) => origin !== null);
  const runs = await runsOf(deps.database, [...new Set(found.map(({ invocationId }) => invocationId))]);
  return { items: found.map((origin) => ({ ...origin, runId: runs.get(origin.invocationId) ?? null })) };
});

/** The oldest of the newest states that all have the value of today. */
function originOf(states: readonly RecordState[], attribute: string) {
  const differs = states.findIndex(
    ({ data }) => !isDeepStrictEqual(data[attribute], states[0]?.data[attribute]),
  );
  const origin = differs === -1 ? states.at(-1) : states[differs - 1];
  if (origin === undefined) return null;
  const { version, validFrom, invocationId } = origin;
  return { attribute, version, since: validFrom, invocationId, complete: differs !== -1 || version === 1 };
}
