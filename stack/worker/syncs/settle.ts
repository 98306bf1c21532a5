import type { Queues } from '@middle/cloud/ports/queue.ts';
import { decideRun } from '@middle/core/run-outcome.ts';
import type { RunDecision } from '@middle/core/run-outcome.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import { lastCursor } from '@middle/store/run-cursor.ts';
import { noteWarning, settleRun, storingRuns } from '@middle/store/run-settle.ts';
import type { StoringRun } from '@middle/store/run-settle.ts';
import { markVanished } from '@middle/store/vanished.ts';
import { hasMessages } from './backlog.ts';

/** Messages that are still missing after so long were set aside as dead letters, or lost. */
const SILENT_MINUTES = 10;
const RUNS_AT_ONCE = 50;

interface SettleDeps {
  readonly database: Database;
  readonly queues: Queues;
  readonly log: Log;
}

/** Settles the runs whose functions have ended and whose messages are applied; returns how many. */
export async function settleRuns(deps: SettleDeps): Promise<number> {
  const runs = await storingRuns(deps.database, SILENT_MINUTES, RUNS_AT_ONCE);
  for (const run of runs) await settle(deps, run);
  return runs.length;
}

async function settle(deps: SettleDeps, run: StoringRun): Promise<void> {
  const { database, log } = deps;
  if (run.applied < run.messages && (await hasMessages(deps.queues, run.app))) return;
  const place = await lastCursor(database, run.runId);
  const decision: RunDecision =
    run.applied < run.messages ? incomplete(run) : decideRun({ ...run, progressed: place.progressed });
  if (decision.state === 'succeeded' && run.marksDeleted) await markMissing(deps, run);
  if (!(await settleRun(database, run, decision, place))) return;
  log({
    level: decision.state === 'failed' ? 'warn' : 'info',
    code: `syncs.run_${decision.state}`,
    message: `the run ${decision.state === 'queued' ? 'will be tried again' : decision.state}`,
    data: {
      run: run.runId,
      attempts: run.attempts,
      ...('error' in decision ? { error: decision.error } : {}),
    },
  });
}

function incomplete(run: StoringRun): RunDecision {
  const missing = run.messages - run.applied;
  return {
    state: 'failed',
    error: {
      code: 'message_invalid',
      message: `${missing} of ${run.messages} messages were not applied`,
      fault: 'platform',
      hint: 'Look at the dead letters of the app, and send them again.',
    },
  };
}

/** Why nothing may be marked deleted although the transfer succeeded; null when all is well. */
function whyKept(run: StoringRun): string | null {
  if (run.namelessInvalid) {
    return 'records without an id were set aside, so nothing is marked deleted: they might be the missing ones';
  }
  if (!run.sawRecords) {
    return 'the transfer named no record, so nothing is marked deleted: a source that answers with nothing is more often broken than empty';
  }
  return null;
}

async function markMissing({ database, log }: SettleDeps, run: StoringRun): Promise<void> {
  const message = whyKept(run);
  if (message === null) {
    await markVanished(database, run);
    return;
  }
  await noteWarning(database, run.runId, message);
  log({ level: 'warn', code: 'syncs.deletion_skipped', message, data: { run: run.runId } });
}
