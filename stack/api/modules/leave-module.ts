import { leaveModule as endpoint } from '@middle/contract/modules/leave-module.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { applyModule } from '@middle/store/modules/apply.ts';
import { deleteOptIn, getOptIn, lockOptIn } from '@middle/store/modules/opt-ins.ts';
import { handler } from '../call.ts';
import { lockedModule, newestContent } from './existing.ts';

export const leaveModule = handler(endpoint, async ({ deps, accountId, params, query, caller }) =>
  deps.database.transaction(async (client) => {
    const one = await lockedModule(client, params.moduleKey);
    const found = await getOptIn(client, accountId, one.id);
    const optIn = found === null ? null : await lockOptIn(client, found.id);
    if (optIn === null) throw new MiddleError('not_found', `the account did not opt in to “${one.title}”`);
    const choice = { features: [], bindings: {}, variables: {}, triggersOn: false };
    const { removed } = await applyModule(client, {
      optIn,
      content: await newestContent(client, one),
      version: one.version,
      choice,
      removal: query,
      by: caller.actorName,
      now: deps.clock.now(),
    });
    await deleteOptIn(client, optIn.id);
    await addAuditEvent(client, caller, {
      action: 'module.opt_out',
      subjectKind: 'module',
      subjectId: one.id,
      accountId,
      detail: { key: one.key, features: optIn.features, ...query, workflows: removed },
    });
  }),
);
