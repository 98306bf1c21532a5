import { describeWorkflowEndpoints as endpoint } from '@middle/contract/workflow-endpoints/describe-workflow-endpoints.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { findAccount } from '@middle/store/accounts.ts';
import { listEndpoints } from '@middle/store/real-time/endpoints.ts';
import { handler } from '../call.ts';
import { describeEndpoints } from '../real-time/describe.ts';

export const describeWorkflowEndpoints = handler(endpoint, async ({ deps, accountId }) => {
  const account = await findAccount(deps.database, accountId);
  if (account === null) throw new MiddleError('not_found', `there is no account ${accountId}`);
  return describeEndpoints(deps.database, account, await listEndpoints(deps.database, accountId));
});
