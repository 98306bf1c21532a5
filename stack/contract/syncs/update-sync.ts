import { defineEndpoint } from '../endpoint.ts';
import { sync, syncChange, syncParams } from './sync.ts';

export const updateSync = defineEndpoint({
  method: 'PATCH',
  path: '/syncs/{syncId}',
  summary: 'Turn the switch of a sync, or change its schedule',
  permission: 'syncs.change',
  params: syncParams,
  body: syncChange,
  response: sync,
  errors: ['conflict'],
});
