import { updateConnection as endpoint } from '@middle/contract/connections/update-connection.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { getConnection, lockConnection, updateConnection as update } from '@middle/store/connections.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { answerFor, checkAppCredential } from './answer.ts';

export const updateConnection = handler(endpoint, async ({ deps, params, accountId, body, caller }) => {
  const id = params.connectionId;
  await deps.database
    .transaction(async (client) => {
      await lockConnection(client, id);
      const before = await getConnection(client, id);
      const to = {
        name: body.name ?? before.name,
        enabled: body.enabled ?? before.enabled,
        appCredentialId: body.appCredentialId === undefined ? before.appCredentialId : body.appCredentialId,
        baseUrl: body.baseUrl === undefined ? before.baseUrl : body.baseUrl,
        rate: body.rate === undefined ? before.rate : body.rate,
        functionsAtOnce: body.functionsAtOnce === undefined ? before.functionsAtOnce : body.functionsAtOnce,
      };
      if (to.appCredentialId !== before.appCredentialId) {
        await checkAppCredential(client, before.app.key, accountId, to.appCredentialId);
      }
      await update(client, id, to);
      const { name, enabled, appCredentialId, baseUrl, rate, functionsAtOnce } = before;
      await addAuditEvent(client, caller, {
        action: 'connection.update',
        subjectKind: 'connection',
        subjectId: id,
        accountId,
        detail: { before: { name, enabled, appCredentialId, baseUrl, rate, functionsAtOnce }, after: body },
      });
    })
    .catch((error: unknown) => {
      if (!violates(error, 'connection_account_id_name_key')) throw error;
      throw new MiddleError('conflict', `the account already has a connection named ${body.name ?? ''}`);
    });
  return answerFor(deps, id);
});
