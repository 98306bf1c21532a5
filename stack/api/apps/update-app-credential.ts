import { updateAppCredential as endpoint } from '@middle/contract/apps/update-app-credential.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getAppCredential, putAppCredential } from '@middle/store/app-credentials.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { credentialAnswer, sealPayload } from './credential.ts';
import { existingApp } from './get-app.ts';

export const updateAppCredential = handler(endpoint, async ({ deps, params, body, caller }) => {
  const app = await existingApp(deps.database, params.appKey);
  const updated = await deps.database.transaction(async (client) => {
    const before = await getAppCredential(client, app.id, params.credentialId);
    if (before === null)
      throw new MiddleError('not_found', `there is no app credential ${params.credentialId}`);
    const { id } = before;
    const payload =
      body.payload === undefined ? before.payload : await sealPayload(deps.keys, id, body.payload);
    const row = await putAppCredential(client, app.id, {
      id,
      payload,
      name: body.name ?? before.name,
      description: body.description ?? before.description,
      isDefault: body.isDefault ?? before.isDefault,
      allowedAccounts: body.allowedAccounts ?? before.allowedAccounts,
    });
    await addAuditEvent(client, caller, {
      action: 'app_credential.update',
      subjectKind: 'app_credential',
      subjectId: id,
      detail: { app: app.key, changed: Object.keys(body) },
    });
    return row;
  });
  return credentialAnswer(deps.keys, updated);
});
