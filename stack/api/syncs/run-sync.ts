import { runSync as endpoint } from '@middle/contract/syncs/run-sync.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { findSync } from '@middle/core/sync-plan.ts';
import { getAppVersionById } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getRunnableSync, requestRun } from '@middle/store/sync-requests.ts';
import type { RunnableSync } from '@middle/store/sync-requests.ts';
import { handler } from '../call.ts';
import { existingRun } from './answer.ts';

interface Given {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly id?: string | undefined;
}

export const runSync = handler(endpoint, async ({ deps, params, body, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const sync = await getRunnableSync(client, params.syncId);
    checkRunnable(sync);
    const input = await inputFor(client, sync, body, deps.clock.now());
    const runId = await requestRun(client, sync, { startedBy: caller.actorName, input });
    await addAuditEvent(client, caller, {
      action: 'sync.run',
      subjectKind: 'sync',
      subjectId: sync.id,
      accountId,
      detail: { run: runId, input },
    });
    return existingRun(client, runId);
  }),
);

function checkRunnable(sync: RunnableSync): void {
  const off = sync.accountEnabled ? (sync.connectionEnabled ? null : 'connection') : 'account';
  if (off !== null) {
    throw new MiddleError('conflict', `the ${off} is switched off`, { hint: `Switch the ${off} on first.` });
  }
  if (!sync.hasFunction) {
    throw new MiddleError('conflict', `the version of the app has no function ${sync.functionKey} any more`, {
      hint: 'Move the connection to a version that has it.',
    });
  }
}

/** What the function gets; each kind has its own input. */
async function inputFor(
  db: Queryable,
  sync: RunnableSync,
  given: Given,
  now: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const allowed = { complete: [], recent: ['since', 'until'], lookup: ['id'] }[sync.kind];
  const foreign = Object.keys(given).find((key) => !allowed.some((one) => one === key));
  if (foreign !== undefined) throw wrong(foreign, `is no input of a sync of the kind ${sync.kind}`);
  switch (sync.kind) {
    case 'complete':
      return {};
    case 'lookup':
      if (given.id === undefined) throw wrong('id', 'is missing: which record is to be looked up?');
      return { id: given.id };
    case 'recent':
      return windowFor(db, sync, given, now);
  }
}

async function windowFor(db: Queryable, sync: RunnableSync, given: Given, now: Date) {
  const until = given.until === undefined ? now : new Date(given.until);
  const since = given.since === undefined ? await sinceFor(db, sync, now) : new Date(given.since);
  if (since >= until) throw wrong('since', 'must be before until');
  return { since: since.toISOString(), until: until.toISOString() };
}

/** Where the last window ended, less the overlap; for the very first run as far back as the developer said. */
async function sinceFor(db: Queryable, sync: RunnableSync, now: Date): Promise<Date> {
  if (sync.coveredUntil !== null) return new Date(sync.coveredUntil.getTime() - sync.overlapSeconds * 1000);
  const { manifest } = await getAppVersionById(db, sync.versionId);
  const definition = findSync(manifest, sync.recordType, 'recent');
  const firstWindow = definition?.kind === 'recent' ? definition.firstWindow : 0;
  return new Date(now.getTime() - firstWindow * 1000);
}

function wrong(field: string, message: string): MiddleError {
  return new MiddleError('request_invalid', `${field} ${message}`, {
    data: { errors: [{ path: `body.${field}`, message }] },
  });
}
