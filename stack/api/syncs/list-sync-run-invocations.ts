import { listSyncRunInvocations as endpoint } from '@middle/contract/syncs/list-sync-run-invocations.ts';
import { listInvocationsOfRun } from '@middle/store/sync-history.ts';
import { handler } from '../call.ts';

export const listSyncRunInvocations = handler(endpoint, async ({ deps, params }) => ({
  items: await listInvocationsOfRun(deps.database, params.runId),
}));
