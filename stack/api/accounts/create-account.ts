import { createAccount as endpoint } from '@middle/contract/accounts/create-account.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAccount } from '@middle/store/accounts.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { accountAnswer } from './get-account.ts';

export const createAccount = handler(endpoint, async ({ deps, body, caller }) => {
  const { id } = await deps.database
    .transaction(async (client) => {
      const account = await addAccount(client, body);
      await addAuditEvent(client, caller, {
        action: 'account.create',
        subjectKind: 'account',
        subjectId: account.id,
        accountId: account.id,
        detail: { ...body },
      });
      return account;
    })
    .catch((error: unknown) => {
      if (!violates(error, 'account_key_key')) throw error;
      throw new MiddleError('conflict', `there is already an account with the key ${body.key}`);
    });
  return accountAnswer(deps, id);
});
