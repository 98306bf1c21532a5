import { rotateApiKey as endpoint } from '@middle/contract/api-keys/rotate-api-key.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addSecret } from '@middle/store/real-time/keys.ts';
import { handler } from '../call.ts';
import { newSecret } from '../real-time/secret.ts';
import { existingApiKey, usableApiKey } from './existing.ts';

export const rotateApiKey = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const secret = newSecret();
  const { graceSeconds } = body;
  const apiKey = await deps.database.transaction(async (client) => {
    const { id, name } = await usableApiKey(client, params.apiKeyId);
    await addSecret(client, id, secret, graceSeconds);
    await addAuditEvent(client, caller, {
      action: 'api_key.rotate',
      subjectKind: 'api_key',
      subjectId: id,
      accountId,
      detail: { name, prefix: secret.prefix, graceSeconds },
    });
    return existingApiKey(client, id);
  });
  return { apiKey, secret: secret.text };
});
