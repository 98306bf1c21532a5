import { compareRecord as endpoint } from '@middle/contract/records/compare-record.ts';
import { getStateAt } from '@middle/store/record-reads.ts';
import type { RecordState } from '@middle/store/record-reads.ts';
import { handler } from '../call.ts';
import { changesBetween } from './changes.ts';
import { existingRecord } from './record-set.ts';

export const compareRecord = handler(endpoint, async ({ deps, params, query }) => {
  const { set, record } = await existingRecord(deps.database, params);
  const at = (moment: Date) => getStateAt(deps.database, set.id, record.id, moment);
  const from = await at(new Date(query.from));
  const to = await at(query.to === undefined ? deps.clock.now() : new Date(query.to));
  return {
    from: stateAnswer(from),
    to: stateAnswer(to),
    changes: changesBetween(from?.data ?? {}, to?.data ?? {}),
  };
});

function stateAnswer(state: RecordState | null) {
  return state === null ? null : { version: state.version, data: state.data, deletedAt: state.deletedAt };
}
