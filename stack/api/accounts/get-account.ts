import { getAccount as endpoint } from '@middle/contract/accounts/get-account.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getAccountSummary } from '@middle/store/accounts.ts';
import type { AccountSummary } from '@middle/store/accounts.ts';
import { handler } from '../call.ts';
import type { Deps } from '../deps.ts';

export const getAccount = handler(endpoint, async ({ deps, accountId }) => accountAnswer(deps, accountId));

export async function accountAnswer(deps: Deps, id: string): Promise<AccountSummary> {
  const account = await getAccountSummary(deps.database, id);
  if (account === null) throw new MiddleError('not_found', `there is no account ${id}`);
  return account;
}
