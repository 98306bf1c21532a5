import { updateApiKey as endpoint } from '@middle/contract/api-keys/update-api-key.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { changeApiKey } from '@middle/store/real-time/keys.ts';
import { handler } from '../call.ts';
import { existingApiKey, nameTaken, requireFuture, requireWorkflows, usableApiKey } from './existing.ts';

export const updateApiKey = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  requireFuture(body.expiresAt, deps.clock.now());
  try {
    return await deps.database.transaction(async (client) => {
      const { id, name, workflowIds, perMinute, expiresAt } = await usableApiKey(client, params.apiKeyId);
      await requireWorkflows(client, accountId, body.workflowIds);
      await changeApiKey(client, id, body);
      await addAuditEvent(client, caller, {
        action: 'api_key.update',
        subjectKind: 'api_key',
        subjectId: id,
        accountId,
        detail: { before: { name, workflowIds, perMinute, expiresAt }, after: body },
      });
      return existingApiKey(client, id);
    });
  } catch (error) {
    throw nameTaken(error, body.name ?? '');
  }
});
