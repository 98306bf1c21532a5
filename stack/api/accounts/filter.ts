import { MiddleError } from '@middle/core/errors.ts';
import { findAccount } from '@middle/store/accounts.ts';
import type { Deps } from '../deps.ts';

/** The id of the account that a list is narrowed to. What the caller doesn't see is not there. */
export async function accountFilter(
  call: { readonly deps: Deps; readonly visible: readonly string[] | null },
  ref: string | undefined,
): Promise<string | undefined> {
  if (ref === undefined) return undefined;
  const account = await findAccount(call.deps.database, ref);
  if (account === null || (call.visible !== null && !call.visible.includes(account.id))) {
    throw new MiddleError('not_found', `there is no account ${ref}`);
  }
  return account.id;
}
