import { defineEndpoint } from '../endpoint.ts';
import { invocation } from '../invocations/invocation.ts';
import { list } from '../shared.ts';
import { runParams } from './sync.ts';

export const listSyncRunInvocations = defineEndpoint({
  method: 'GET',
  path: '/sync-runs/{runId}/invocations',
  summary: 'The attempts of a run',
  permission: 'syncs.read',
  params: runParams,
  response: list(invocation),
});
