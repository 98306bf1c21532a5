import { retryModuleUpdate as endpoint } from '@middle/contract/modules/retry-module-update.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addJob } from '@middle/store/jobs.ts';
import { forgetProblems } from '@middle/store/modules/opt-ins.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { handler } from '../call.ts';
import { lockedModule } from './existing.ts';

export const retryModuleUpdate = handler(endpoint, async ({ deps, params, caller }) =>
  deps.database.transaction(async (client) => {
    const { id, key, version } = await lockedModule(client, params.moduleKey);
    const accounts = await forgetProblems(client, id);
    if (accounts === 0) return { accounts };
    await addJob(client, {
      kind: 'module_update',
      // One of its own: the job of the version may be past these accounts already.
      subject: `${key}:${version}:${uuidv7(deps.clock.now())}`,
      input: { moduleId: id },
      requestedBy: caller.actor,
    });
    await addAuditEvent(client, caller, {
      action: 'module.retry',
      subjectKind: 'module',
      subjectId: id,
      detail: { key, version, accounts },
    });
    return { accounts };
  }),
);
