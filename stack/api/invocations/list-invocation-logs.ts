import { listInvocationLogs as endpoint } from '@middle/contract/invocations/list-invocation-logs.ts';
import { handler } from '../call.ts';

export const listInvocationLogs = handler(endpoint, async ({ deps, params, query }) => {
  const { entries, next } = await deps.logs.read({ invocations: [params.invocationId], ...query });
  return { items: entries.map(({ at, level, text }) => ({ at, level, text })), next };
});
