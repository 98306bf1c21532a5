import { getInvocation as endpoint } from '@middle/contract/invocations/get-invocation.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getInvocation as get } from '@middle/store/sync-history.ts';
import { handler } from '../call.ts';

export const getInvocation = handler(endpoint, async ({ deps, params }) => {
  const invocation = await get(deps.database, params.invocationId);
  if (invocation === null)
    throw new MiddleError('not_found', `there is no invocation ${params.invocationId}`);
  return invocation;
});
