import { chooseModule as endpoint } from '@middle/contract/modules/choose-module.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { applyModule } from '@middle/store/modules/apply.ts';
import type { Module } from '@middle/store/modules/modules.ts';
import { getOptIn, insertOptIn, lockOptIn, saveOptIn } from '@middle/store/modules/opt-ins.ts';
import type { Choice, OptIn } from '@middle/store/modules/opt-ins.ts';
import { handler } from '../call.ts';
import { accountModuleAnswer } from './account-module.ts';
import { lockedModule, newestContent } from './existing.ts';

export const chooseModule = handler(endpoint, async ({ deps, accountId, params, body, caller }) =>
  deps.database.transaction(async (client) => {
    const one = await lockedModule(client, params.moduleKey);
    const { features, connections, variables, triggersOn, copies, underWay } = body;
    const choice = { features: [...new Set(features)], bindings: connections, variables, triggersOn };
    const before = await lockedOptIn(client, accountId, one.id);
    const by = caller.actorName;
    const id = before?.id ?? (await add(client, accountId, one, choice, by));
    const applied = await applyModule(client, {
      optIn: { id, accountId },
      content: await newestContent(client, one),
      version: one.version,
      choice,
      removal: { copies, underWay },
      by,
      now: deps.clock.now(),
    });
    await saveOptIn(client, id, { ...choice, bindings: applied.bindings, version: one.version, by });
    await addAuditEvent(client, caller, {
      action: before === null ? 'module.opt_in' : 'module.choose',
      subjectKind: 'module',
      subjectId: one.id,
      accountId,
      detail: {
        key: one.key,
        version: one.version,
        before: before && chosenOf(before),
        after: body,
        applied,
      },
    });
    return accountModuleAnswer(client, accountId, one);
  }),
);

async function lockedOptIn(client: Transaction, accountId: string, moduleId: string): Promise<OptIn | null> {
  const found = await getOptIn(client, accountId, moduleId);
  return found === null ? null : lockOptIn(client, found.id);
}

async function add(
  client: Transaction,
  accountId: string,
  { id: moduleId, version }: Module,
  choice: Choice,
  by: string,
): Promise<string> {
  return insertOptIn(client, { ...choice, accountId, moduleId, version }, by);
}

function chosenOf({ version, features, bindings, variables, triggersOn }: OptIn) {
  return { version, features, connections: bindings, variables, triggersOn };
}
