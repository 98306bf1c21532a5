import { deleteAccount as endpoint } from '@middle/contract/accounts/delete-account.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { deleteAccount as remove } from '@middle/store/accounts.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteConnection, listConnections } from '@middle/store/connections.ts';
import { announceExecutions } from '@middle/store/executions/start.ts';
import { cancelAccount } from '@middle/store/workflows/workflows.ts';
import { handler } from '../call.ts';
import { accountAnswer } from './get-account.ts';

/** Connections are deleted a batch at a time, all in one transaction. */
const BATCH = 100;

export const deleteAccount = handler(endpoint, async ({ deps, accountId, query, caller }) => {
  const account = await accountAnswer(deps, accountId);
  if (query.confirm !== account.key) {
    throw new MiddleError(
      'request_invalid',
      `confirm is ${query.confirm}, but the account's key is ${account.key}`,
      {
        hint: 'Type the key of the account that is to be deleted.',
      },
    );
  }
  await deps.database.transaction(async (client) => {
    for (;;) {
      const connections = await listConnections(client, { visible: null, accountId, limit: BATCH });
      for (const { id } of connections) await deleteConnection(client, id);
      if (connections.length < BATCH) break;
    }
    await cancelAccount(client, accountId, caller.actorName);
    await announceExecutions(client);
    await remove(client, accountId);
    await addAuditEvent(client, caller, {
      action: 'account.delete',
      subjectKind: 'account',
      subjectId: accountId,
      accountId,
      detail: { key: account.key, name: account.name, connections: account.connections },
    });
  });
});
