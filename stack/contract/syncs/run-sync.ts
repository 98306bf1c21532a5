import { defineEndpoint } from '../endpoint.ts';
import { runInput, syncParams, syncRun } from './sync.ts';

export const runSync = defineEndpoint({
  method: 'POST',
  path: '/syncs/{syncId}/runs',
  summary: 'Run a sync now',
  description:
    'A person may run a sync whose switch is off, but not in an account or a connection that is off.',
  permission: 'syncs.run',
  params: syncParams,
  body: runInput,
  status: 201,
  response: syncRun,
  errors: ['conflict'],
});
