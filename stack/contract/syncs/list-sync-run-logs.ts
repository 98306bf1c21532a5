import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { logLine, logQuery } from '../invocations/invocation.ts';
import { page } from '../shared.ts';
import { runParams } from './sync.ts';

export const listSyncRunLogs = defineEndpoint({
  method: 'GET',
  path: '/sync-runs/{runId}/logs',
  summary: 'What the functions of a run printed, and how they failed',
  permission: 'syncs.read',
  params: runParams,
  query: logQuery,
  response: page(logLine.extend({ invocationId: z.uuid() })),
});
