import { deleteMailServer as endpoint } from '@middle/contract/alerts/delete-mail-server.ts';
import { deleteMailServer as remove } from '@middle/store/alerts/mail-server.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';

export const deleteMailServer = handler(endpoint, async ({ deps, caller }) =>
  deps.database.transaction(async (client) => {
    await remove(client);
    await addAuditEvent(client, caller, {
      action: 'mail_server.delete',
      subjectKind: 'stack',
      subjectId: 'mail_server',
    });
  }),
);
