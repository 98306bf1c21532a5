import { listSyncRunLogs as endpoint } from '@middle/contract/syncs/list-sync-run-logs.ts';
import { listInvocationsOfRun } from '@middle/store/sync-history.ts';
import { handler } from '../call.ts';
import { logPage, nextOf } from '../invocations/log-page.ts';

export const listSyncRunLogs = handler(endpoint, async ({ deps, params, query }) => {
  const page = logPage(query);
  const invocations = (await listInvocationsOfRun(deps.database, params.runId)).map(({ id }) => id);
  if (invocations.length === 0) return { items: [], next: null };
  const { entries, next } = await deps.logs.read({ invocations, ...page });
  return {
    items: entries.map(({ at, level, text, invocation }) => ({ at, level, text, invocationId: invocation })),
    next: nextOf(next),
  };
});
