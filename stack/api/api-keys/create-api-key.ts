import { createApiKey as endpoint } from '@middle/contract/api-keys/create-api-key.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addSecret, insertApiKey } from '@middle/store/real-time/keys.ts';
import { handler } from '../call.ts';
import { newSecret } from '../real-time/secret.ts';
import { existingApiKey, nameTaken, requireFuture, requireWorkflows } from './existing.ts';

export const createApiKey = handler(endpoint, async ({ deps, body, accountId, caller }) => {
  requireFuture(body.expiresAt, deps.clock.now());
  const secret = newSecret();
  try {
    const apiKey = await deps.database.transaction(async (client) => {
      await requireWorkflows(client, accountId, body.workflowIds);
      const id = await insertApiKey(client, { ...body, accountId, createdBy: caller.actorName });
      await addSecret(client, id, secret, 0);
      await addAuditEvent(client, caller, {
        action: 'api_key.create',
        subjectKind: 'api_key',
        subjectId: id,
        accountId,
        detail: { ...body, prefix: secret.prefix },
      });
      return existingApiKey(client, id);
    });
    return { apiKey, secret: secret.text };
  } catch (error) {
    throw nameTaken(error, body.name);
  }
});
