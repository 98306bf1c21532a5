import { updateSettings as endpoint } from '@middle/contract/settings/update-settings.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { readRetention, writeRetention } from '@middle/store/settings.ts';
import { handler } from '../call.ts';

export const updateSettings = handler(endpoint, async ({ deps, body, caller }) =>
  deps.database.transaction(async (client) => {
    const before = await readRetention(client);
    const given = Object.entries(body.retention ?? {}).filter(([, value]) => value !== undefined);
    const retention = { ...before, ...Object.fromEntries(given) };
    await writeRetention(client, retention);
    await addAuditEvent(client, caller, {
      action: 'settings.update',
      subjectKind: 'stack',
      subjectId: 'retention',
      detail: { before, after: retention },
    });
    return { retention };
  }),
);
