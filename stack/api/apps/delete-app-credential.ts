import { deleteAppCredential as endpoint } from '@middle/contract/apps/delete-app-credential.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { deleteAppCredential as remove, getAppCredential } from '@middle/store/app-credentials.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingApp } from './get-app.ts';

export const deleteAppCredential = handler(endpoint, async ({ deps, params, caller }) => {
  const app = await existingApp(deps.database, params.appKey);
  await deps.database.transaction(async (client) => {
    const before = await getAppCredential(client, app.id, params.credentialId);
    if (before === null)
      throw new MiddleError('not_found', `there is no app credential ${params.credentialId}`);
    await remove(client, before.id);
    await addAuditEvent(client, caller, {
      action: 'app_credential.delete',
      subjectKind: 'app_credential',
      subjectId: before.id,
      detail: { app: app.key, name: before.name },
    });
  });
});
