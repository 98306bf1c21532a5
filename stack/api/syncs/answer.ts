import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getRun } from '@middle/store/sync-history.ts';
import type { RunView, SyncView } from '@middle/store/sync-history.ts';

export function syncAnswer(view: SyncView) {
  const { recordSetId: _recordSetId, ...sync } = view;
  return sync;
}

export async function existingRun(db: Queryable, id: string): Promise<RunView> {
  const run = await getRun(db, id);
  if (run === null) throw new MiddleError('not_found', `there is no sync run ${id}`);
  return run;
}
