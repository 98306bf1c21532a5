import { deleteApp as endpoint } from '@middle/contract/apps/delete-app.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { deleteApp as remove } from '@middle/store/apps.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingApp } from './get-app.ts';

export const deleteApp = handler(endpoint, async ({ deps, params, caller }) => {
  const app = await existingApp(deps.database, params.appKey);
  if (app.connections > 0) {
    throw new MiddleError('conflict', `${String(app.connections)} connections use the app ${app.key}`, {
      hint: 'Delete its connections first.',
    });
  }
  await deps.database.transaction(async (client) => {
    await remove(client, app.id);
    await addAuditEvent(client, caller, { action: 'app.delete', subjectKind: 'app', subjectId: app.key });
  });
});
