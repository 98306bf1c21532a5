import { getSyncRun as endpoint } from '@middle/contract/syncs/get-sync-run.ts';
import { handler } from '../call.ts';
import { existingRun } from './answer.ts';

export const getSyncRun = handler(endpoint, async ({ deps, params }) =>
  existingRun(deps.database, params.runId),
);
