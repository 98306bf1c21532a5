import { deleteConnection as endpoint } from '@middle/contract/connections/delete-connection.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteConnection as remove, getConnection } from '@middle/store/connections.ts';
import { handler } from '../call.ts';

export const deleteConnection = handler(endpoint, async ({ deps, params, accountId, caller }) => {
  await deps.database.transaction(async (client) => {
    const { name, app } = await getConnection(client, params.connectionId);
    await remove(client, params.connectionId);
    await addAuditEvent(client, caller, {
      action: 'connection.delete',
      subjectKind: 'connection',
      subjectId: params.connectionId,
      accountId,
      detail: { name, app: app.key },
    });
  });
});
