import { moveConnection as endpoint } from '@middle/contract/connections/move-connection.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getAppVersionById } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { getConnection, lockConnection, setConnectionVersion } from '@middle/store/connections.ts';
import { applyManifest } from '@middle/store/record-sets.ts';
import { existingVersion } from '../apps/get-app-version.ts';
import { handler } from '../call.ts';
import { answerFor } from './answer.ts';

export const moveConnection = handler(endpoint, async ({ deps, params, accountId, body, caller }) => {
  const id = params.connectionId;
  await deps.database.transaction(async (client) => {
    await lockConnection(client, id);
    const connection = await getConnection(client, id);
    const before = await getAppVersionById(client, connection.versionId);
    const after = await existingVersion(client, { appKey: connection.app.key, version: body.version });
    if (after.state !== 'on') {
      throw new MiddleError('conflict', `version ${after.version} is not switched on`, {
        hint: 'Switch it on first; that moves nobody.',
      });
    }
    await setConnectionVersion(client, id, after.id);
    await applyManifest(client, id, { before: before.manifest, after: after.manifest }, connection.enabled);
    await addAuditEvent(client, caller, {
      action: 'connection.move',
      subjectKind: 'connection',
      subjectId: id,
      accountId,
      detail: { before: before.version, after: after.version },
    });
  });
  return answerFor(deps, id);
});
