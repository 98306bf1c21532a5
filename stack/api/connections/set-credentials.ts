import { setCredentials as endpoint } from '@middle/contract/connections/set-credentials.ts';
import { getAppVersionById } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { getConnection, lockConnection, setCredentials as set } from '@middle/store/connections.ts';
import { handler } from '../call.ts';
import { answerFor, checkFields, openFields, sealFields } from './answer.ts';

export const setCredentials = handler(endpoint, async ({ deps, params, accountId, body, caller }) => {
  const id = params.connectionId;
  await deps.database.transaction(async (client) => {
    await lockConnection(client, id);
    const connection = await getConnection(client, id);
    const { manifest } = await getAppVersionById(client, connection.versionId);
    const kept = await openFields(deps.keys, connection);
    const { auth, fields } = checkFields(manifest, body, kept);
    await set(client, id, { authConfig: auth.key, credentials: await sealFields(deps.keys, id, fields) });
    await addAuditEvent(client, caller, {
      action: 'connection.set_credentials',
      subjectKind: 'connection',
      subjectId: id,
      accountId,
      detail: { authConfig: auth.key, fields: Object.keys(body.fields) },
    });
  });
  return answerFor(deps, id);
});
