import { listInvocationLogs as endpoint } from '@middle/contract/invocations/list-invocation-logs.ts';
import { handler } from '../call.ts';
import { logPage, nextOf } from './log-page.ts';

export const listInvocationLogs = handler(endpoint, async ({ deps, params, query }) => {
  const { entries, next } = await deps.logs.read({ invocations: [params.invocationId], ...logPage(query) });
  return { items: entries.map(({ at, level, text }) => ({ at, level, text })), next: nextOf(next) };
});
