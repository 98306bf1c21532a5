import { defineEndpoint } from '../endpoint.ts';
import { runParams, syncRun } from './sync.ts';

export const getSyncRun = defineEndpoint({
  method: 'GET',
  path: '/sync-runs/{runId}',
  summary: 'One sync run',
  permission: 'syncs.read',
  params: runParams,
  response: syncRun,
});
