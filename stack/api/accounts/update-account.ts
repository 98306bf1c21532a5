import { updateAccount as endpoint } from '@middle/contract/accounts/update-account.ts';
import { updateAccount as update } from '@middle/store/accounts.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { accountAnswer } from './get-account.ts';

export const updateAccount = handler(endpoint, async ({ deps, accountId, body, caller }) => {
  const before = await accountAnswer(deps, accountId);
  await deps.database.transaction(async (client) => {
    await update(client, accountId, body);
    await addAuditEvent(client, caller, {
      action: 'account.update',
      subjectKind: 'account',
      subjectId: accountId,
      accountId,
      detail: { before: { name: before.name, enabled: before.enabled }, after: body },
    });
  });
  return accountAnswer(deps, accountId);
});
