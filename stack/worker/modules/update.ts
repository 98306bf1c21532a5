import { messageOf, MiddleError } from '@middle/core/errors.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { ModuleProblem } from '@middle/core/module/values.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Database, Transaction } from '@middle/store/database.ts';
import { applyModule } from '@middle/store/modules/apply.ts';
import { getModule, getModuleVersion } from '@middle/store/modules/modules.ts';
import { lockOptIn, nextBehind, noteProblem, saveOptIn } from '@middle/store/modules/opt-ins.ts';
import type { OptIn } from '@middle/store/modules/opt-ins.ts';
import type { JobContext, JobHandlers } from '../jobs/runner.ts';

export interface ModuleUpdateDeps {
  readonly database: Database;
  readonly clock: Clock;
}

const ACTOR = { actor: 'worker', actorName: 'worker', requestId: null };

/** For startJobs: module_update. */
export function moduleJobs(deps: ModuleUpdateDeps): JobHandlers {
  return {
    module_update: ({ input, attempts, maxAttempts }, context) =>
      updateAccounts(deps, { moduleId: String(input['moduleId']), isLast: attempts >= maxAttempts }, context),
  };
}

interface Update {
  readonly moduleId: string;
  /** Whether nobody tries again what fails now. */
  readonly isLast: boolean;
}

/**
 * Brings every account that is behind to the newest version, one transaction each. What is left to do is what the
 * rows say, so a job that ends in the middle goes on where it was, and two at a time do nothing twice. An account at
 * which the platform itself fails is passed over, so that it holds up no other; the job is tried again for it.
 */
async function updateAccounts(
  { database, clock }: ModuleUpdateDeps,
  { moduleId, isLast }: Update,
  { signal, progress }: JobContext,
): Promise<{ readonly updated: number; readonly attention: number }> {
  let updated = 0;
  let attention = 0;
  const failed = new Map<string, unknown>();
  for (;;) {
    signal.throwIfAborted();
    const next = await nextBehind(database, moduleId, [...failed.keys()]);
    if (next === null) break;
    progress({ done: updated + attention, total: updated + attention + next.behind + failed.size });
    try {
      const outcome = await updateAccount(database, next.id, { now: clock.now(), isLast });
      if (outcome === 'updated') updated += 1;
      else if (outcome === 'attention') attention += 1;
    } catch (error) {
      failed.set(next.id, error);
    }
  }
  for (const error of failed.values()) throw error;
  return { updated, attention };
}

type Outcome = 'updated' | 'attention' | 'nothing';

async function updateAccount(
  database: Database,
  optInId: string,
  { now, isLast }: { readonly now: Date; readonly isLast: boolean },
): Promise<Outcome> {
  let version = 0;
  try {
    return await database.transaction(async (client) => {
      const optIn = await lockOptIn(client, optInId);
      const newest = optIn === null ? null : await newestOf(client, optIn);
      if (optIn === null || newest === null || newest.version <= optIn.version) return 'nothing';
      ({ version } = newest);
      await bring(client, optIn, newest, now);
      return 'updated';
    });
  } catch (error) {
    if (version === 0) throw error;
    const isOurs = !(error instanceof MiddleError) || error.fault === 'platform';
    // The platform's own faults may pass by themselves; one that doesn't must be seen where people look.
    if (isOurs && !isLast) throw error;
    await noteProblem(database, optInId, { version, message: messageOf(error), problems: problemsIn(error) });
    if (isOurs) throw error;
    return 'attention';
  }
}

type Newest = NonNullable<Awaited<ReturnType<typeof getModuleVersion>>>;

async function newestOf(client: Transaction, { moduleId, moduleKey }: OptIn): Promise<Newest | null> {
  const one = await getModule(client, moduleKey);
  return one === null ? null : getModuleVersion(client, moduleId, one.version);
}

async function bring(
  client: Transaction,
  optIn: OptIn,
  { content, version }: Newest,
  now: Date,
): Promise<void> {
  const offered = new Set(content.features.map(({ key }) => key));
  const features = optIn.features.filter((key) => offered.has(key));
  if (features.length === 0) {
    throw new MiddleError(
      'module_unfit',
      `version ${version} of “${content.title}” has none of the features that the account chose`,
      { hint: 'Choose others, or opt out.' },
    );
  }
  const choice = { ...optIn, features, ...known(optIn, content) };
  const applied = await applyModule(client, {
    optIn,
    content,
    version,
    choice,
    removal: { copies: 'delete', underWay: 'finish' },
    by: ACTOR.actorName,
    now,
  });
  await saveOptIn(client, optIn.id, { ...choice, bindings: applied.bindings, version });
  await addAuditEvent(client, ACTOR, {
    action: 'module.update',
    subjectKind: 'module',
    subjectId: optIn.moduleId,
    accountId: optIn.accountId,
    detail: { key: optIn.moduleKey, before: optIn.version, version, applied },
  });
}

/** Without slots and variables that the module no longer has: nobody can be asked about them. */
function known(
  { bindings, variables }: OptIn,
  content: Newest['content'],
): Pick<OptIn, 'bindings' | 'variables'> {
  return {
    bindings: only(bindings, content.connections),
    variables: only(variables, content.variables),
  };
}

function only<T>(
  record: Readonly<Record<string, T>>,
  list: readonly { readonly key: string }[],
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => list.some((one) => one.key === key)));
}

function problemsIn(error: unknown): readonly ModuleProblem[] {
  const problems: unknown = error instanceof MiddleError ? error.data['problems'] : undefined;
  if (!Array.isArray(problems)) return [{ path: '', message: messageOf(error) }];
  // Of module_unfit; other codes have theirs in the same shape, or none.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return problems as readonly ModuleProblem[];
}
