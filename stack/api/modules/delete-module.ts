import { deleteModule as endpoint } from '@middle/contract/modules/delete-module.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteModule as remove } from '@middle/store/modules/modules.ts';
import { listOptInsOfModule } from '@middle/store/modules/opt-ins.ts';
import { handler } from '../call.ts';
import { lockedModule } from './existing.ts';

const NAMED = 20;

export const deleteModule = handler(endpoint, async ({ deps, params, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, key, title, accounts } = await lockedModule(client, params.moduleKey);
    if (accounts > 0) {
      const users = await listOptInsOfModule(client, { moduleId: id, limit: NAMED });
      const names = users.map(({ accountName }) => `“${accountName}”`).join(', ');
      const more = accounts > users.length ? ` and ${accounts - users.length} more` : '';
      throw new MiddleError('conflict', `“${title}” is used by ${names}${more}`, {
        hint: 'Have them opt out first.',
      });
    }
    await remove(client, id);
    await addAuditEvent(client, caller, {
      action: 'module.delete',
      subjectKind: 'module',
      subjectId: id,
      detail: { key, title },
    });
  }),
);
