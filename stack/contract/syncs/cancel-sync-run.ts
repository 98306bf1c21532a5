import { defineEndpoint } from '../endpoint.ts';
import { runParams, syncRun } from './sync.ts';

export const cancelSyncRun = defineEndpoint({
  method: 'POST',
  path: '/sync-runs/{runId}/cancel',
  summary: 'Cancel a run; its function is killed',
  permission: 'syncs.run',
  params: runParams,
  response: syncRun,
  errors: ['conflict'],
});
