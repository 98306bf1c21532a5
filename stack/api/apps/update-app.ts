import { updateApp as endpoint } from '@middle/contract/apps/update-app.ts';
import { updateApp as update } from '@middle/store/apps.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingApp } from './get-app.ts';

export const updateApp = handler(endpoint, async ({ deps, params, body, caller }) => {
  const before = await existingApp(deps.database, params.appKey);
  await deps.database.transaction(async (client) => {
    await update(client, before.id, body);
    await addAuditEvent(client, caller, {
      action: 'app.update',
      subjectKind: 'app',
      subjectId: before.key,
      detail: { before: { name: before.name, visibility: before.visibility }, after: body },
    });
  });
  return existingApp(deps.database, params.appKey);
});
