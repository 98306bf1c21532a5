import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, dataKey, page, pageQuery, uuid } from '../shared.ts';
import { RUN_CAUSES, RUN_STATES, SYNC_KINDS, syncRun } from './sync.ts';

export const listSyncRuns = defineEndpoint({
  method: 'GET',
  path: '/sync-runs',
  summary: 'Sync history, newest first',
  permission: 'syncs.read',
  query: pageQuery.extend({
    accountId: accountRef.optional(),
    connectionId: uuid.optional(),
    recordType: dataKey.optional().meta({ description: 'Together with connectionId.' }),
    kind: z.enum(SYNC_KINDS).optional(),
    cause: z.enum(RUN_CAUSES).optional(),
    state: z.array(z.enum(RUN_STATES)).max(RUN_STATES.length).optional(),
  }),
  response: page(syncRun),
});
