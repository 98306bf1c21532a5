import { randomUUID } from 'node:crypto';
import { createAppCredential as endpoint } from '@middle/contract/apps/create-app-credential.ts';
import { putAppCredential } from '@middle/store/app-credentials.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { credentialAnswer, sealPayload } from './credential.ts';
import { existingApp } from './get-app.ts';

export const createAppCredential = handler(endpoint, async ({ deps, params, body, caller }) => {
  const app = await existingApp(deps.database, params.appKey);
  const id = randomUUID();
  const payload = await sealPayload(deps.keys, id, body.payload);
  const created = await deps.database.transaction(async (client) => {
    const row = await putAppCredential(client, app.id, { ...body, id, payload });
    await addAuditEvent(client, caller, {
      action: 'app_credential.create',
      subjectKind: 'app_credential',
      subjectId: id,
      detail: { app: app.key, name: body.name, keys: Object.keys(body.payload), isDefault: body.isDefault },
    });
    return row;
  });
  return credentialAnswer(deps.keys, created);
});
