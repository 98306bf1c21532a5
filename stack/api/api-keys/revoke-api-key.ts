import { revokeApiKey as endpoint } from '@middle/contract/api-keys/revoke-api-key.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { revokeApiKey as revoke } from '@middle/store/real-time/keys.ts';
import { handler } from '../call.ts';
import { existingApiKey } from './existing.ts';

export const revokeApiKey = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, name } = await existingApiKey(client, params.apiKeyId);
    if (!(await revoke(client, id))) return;
    await addAuditEvent(client, caller, {
      action: 'api_key.revoke',
      subjectKind: 'api_key',
      subjectId: id,
      accountId,
      detail: { name },
    });
  }),
);
