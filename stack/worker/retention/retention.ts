import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import { LOG_RETENTION_DAYS } from '@middle/cloud/ports/logs.ts';
import type { Logs } from '@middle/cloud/ports/logs.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { expiryMoment } from '@middle/core/retention.ts';
import { deleteOldFailures } from '@middle/store/alerts/failures.ts';
import { deleteOldMessages } from '@middle/store/alerts/messages.ts';
import { deleteClearedAlerts } from '@middle/store/alerts/open-close.ts';
import type { Database } from '@middle/store/database.ts';
import {
  deleteBulkRuns,
  deleteLateExecutions,
  deleteLeftOverSteps,
  deleteOrphanBooks,
  deleteOrphanExecutions,
} from '@middle/store/executions/expire.ts';
import { blobOfExport, expiredExports, forgetExports } from '@middle/store/exports/files.ts';
import { deleteEndedJobs } from '@middle/store/jobs.ts';
import { deleteCalls } from '@middle/store/real-time/calls.ts';
import {
  addDayPartitions,
  deleteExpiredRecords,
  deleteInvalidRecords,
  deleteSettledLookups,
  deleteStaleTransferSeen,
  deleteSyncRuns,
  dropDayPartitions,
  listExpiringSets,
} from '@middle/store/retention.ts';
import { deleteStatistics } from '@middle/store/executions/statistics.ts';
import { readRetention } from '@middle/store/settings.ts';
import { deleteGaveUp, deleteTicks, deleteTriggerCounts } from '@middle/store/triggers/expire.ts';
import { expireCounts, expireRequests } from '@middle/store/webhooks/requests.ts';

export interface RetentionDeps {
  readonly database: Database;
  readonly logs: Logs;
  readonly blobs: Pick<Blobs, 'delete'>;
  readonly log: Log;
  readonly clock: Clock;
}

/** How many of each kind one pass removed. */
export type Expired = Readonly<Record<string, number>>;

/** The history tables have partitions this far ahead, so a worker that is down for days stops no one. */
const DAYS_AHEAD = 14;
const PASS_MILLISECONDS = 3_600_000;
const RETRY_MILLISECONDS = 60_000;
/** Counts per hour are small, and shown for four weeks. */
const COUNT_DAYS = 35;
/** For so long a call that names the same idempotency key again finds its execution. */
const CALL_DAYS = 1;
/** Counts per minute are shown for a day. */
const MINUTE_DAYS = 2;
/** Rules for alerts look back a day at the most. */
const FAILURE_DAYS = 2;
/** Rows deleted per statement: short transactions, so nothing waits for the cleaner. */
const BATCH_ROWS = 5_000;
const BATCH_PAUSE_MILLISECONDS = 20;

/**
 * Makes history's partitions ahead and removes what has reached its age, once at the start and then each hour. History
 * goes by dropping whole days, which gives the space back at once and costs nothing per row.
 */
export function startRetention(deps: RetentionDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      let wait = PASS_MILLISECONDS;
      try {
        const expired = await runRetention(deps, signal);
        const removed = Object.entries(expired).filter(([, count]) => count > 0);
        if (removed.length > 0) {
          deps.log({
            level: 'info',
            code: 'retention.expired',
            message: `removed ${removed.map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
            data: expired,
          });
        }
      } catch (error) {
        wait = RETRY_MILLISECONDS;
        if (!signal.aborted) deps.log({ level: 'warn', code: 'retention.failed', message: messageOf(error) });
      }
      await deps.clock.sleep(wait, signal);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A worker that starts while Postgres does waits for it so long. */
const PREPARE_TRIES = 120;
const PREPARE_RETRY_MILLISECONDS = 500;

/** Call this before anything writes history, so that the partitions of today exist. */
export async function preparePartitions(deps: Pick<RetentionDeps, 'database' | 'clock'>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await addDayPartitions(deps.database, deps.clock.now(), DAYS_AHEAD);
      return;
    } catch (error) {
      if (tries === PREPARE_TRIES) throw error;
      await deps.clock.sleep(PREPARE_RETRY_MILLISECONDS);
    }
  }
}

/** One pass; safe to run at any time and to stop in the middle. */
export async function runRetention(deps: RetentionDeps, signal: AbortSignal): Promise<Expired> {
  const { database, logs, clock } = deps;
  const now = clock.now();
  await preparePartitions(deps);
  const retention = await readRetention(database);
  const runsBefore = expiryMoment(now, retention.invocationDays);
  const executionsBefore = expiryMoment(now, retention.executionDays);
  const batches = (remove: () => Promise<number>): Promise<number> => untilNone(clock, signal, remove);
  // The port keeps logs for LOG_RETENTION_DAYS; a stack that wants fewer sees them expire as if it were later.
  const logsNow = expiryMoment(now, retention.logDays - LOG_RETENTION_DAYS);

  return {
    recordVersionDays: await dropDayPartitions(
      database,
      'record_version',
      expiryMoment(now, retention.recordVersionDays),
    ),
    appliedMessageDays: await dropDayPartitions(database, 'applied_message', runsBefore),
    invocationDays: await dropDayPartitions(database, 'invocation', runsBefore),
    // Before their steps: what is left of the steps is told by the executions that are still there.
    executionDays: await dropDayPartitions(database, 'execution', executionsBefore),
    textDays: await dropDayPartitions(database, 'execution_text', executionsBefore),
    stepDays: await dropDayPartitions(database, 'step_run', executionsBefore),
    lateExecutions: await batches(() => deleteLateExecutions(database, executionsBefore, BATCH_ROWS)),
    leftOverSteps: await batches(() => deleteLeftOverSteps(database, BATCH_ROWS)),
    orphanExecutions: await batches(() => deleteOrphanExecutions(database, BATCH_ROWS)),
    orphanBooks: await deleteOrphanBooks(database),
    exportFiles: await batches(() => deleteExpiredExports(deps)),
    bulkRuns: await batches(() => deleteBulkRuns(database, executionsBefore, BATCH_ROWS)),
    logDays: await logs.expire(logsNow),
    syncRuns: await batches(() => deleteSyncRuns(database, runsBefore, BATCH_ROWS)),
    invalidRecords: await batches(() =>
      deleteInvalidRecords(database, expiryMoment(now, retention.invalidRecordDays), BATCH_ROWS),
    ),
    lookups: await batches(() => deleteSettledLookups(database, runsBefore, BATCH_ROWS)),
    transferSeen: await batches(() => deleteStaleTransferSeen(database, BATCH_ROWS)),
    ticks: await batches(() => deleteTicks(database, runsBefore, BATCH_ROWS)),
    gaveUp: await batches(() => deleteGaveUp(database, runsBefore, BATCH_ROWS)),
    triggerCounts: await batches(() =>
      deleteTriggerCounts(database, expiryMoment(now, COUNT_DAYS), BATCH_ROWS),
    ),
    minutes: await batches(() =>
      deleteStatistics(database, 'minute', expiryMoment(now, MINUTE_DAYS), BATCH_ROWS),
    ),
    hours: await batches(() => deleteStatistics(database, 'hour', expiryMoment(now, COUNT_DAYS), BATCH_ROWS)),
    webhookRequests: await batches(() =>
      expireRequests(
        database,
        {
          settled: expiryMoment(now, retention.webhookRequestDays),
          dead: expiryMoment(now, retention.invalidRecordDays),
        },
        BATCH_ROWS,
      ),
    ),
    // The balance compares them with the records of the time that invocations are kept.
    webhookCounts: await expireCounts(
      database,
      expiryMoment(now, Math.max(COUNT_DAYS, retention.invocationDays)),
    ),
    apiCalls: await batches(() => deleteCalls(database, expiryMoment(now, CALL_DAYS), BATCH_ROWS)),
    alertMessages: await batches(() => deleteOldMessages(database, runsBefore, BATCH_ROWS)),
    failureMinutes: await batches(() =>
      deleteOldFailures(database, expiryMoment(now, FAILURE_DAYS), BATCH_ROWS),
    ),
    jobs: await deleteEndedJobs(database, runsBefore),
    alerts: await deleteClearedAlerts(database, runsBefore),
    records: await expireRecords(deps, retention.recordDays, signal),
  };
}

async function expireRecords(
  deps: RetentionDeps,
  stackDays: number | null,
  signal: AbortSignal,
): Promise<number> {
  const { database, clock } = deps;
  let deleted = 0;
  for (const set of await listExpiringSets(database, stackDays)) {
    const before = expiryMoment(clock.now(), set.recordDays);
    for (let after: string | null = ''; after !== null && !signal.aborted;) {
      const page = await deleteExpiredRecords(database, set, before, { after, limit: BATCH_ROWS });
      deleted += page.deleted;
      after = page.next;
      if (after !== null) await clock.sleep(BATCH_PAUSE_MILLISECONDS, signal);
    }
  }
  return deleted;
}

/** The file goes first: a row without a file is looked at again, a file without a row would stay for ever. */
async function deleteExpiredExports({ database, blobs, clock }: RetentionDeps): Promise<number> {
  const ids = await expiredExports(database, clock.now(), BATCH_ROWS);
  for (const id of ids) await blobs.delete(blobOfExport(id));
  await forgetExports(database, ids);
  return ids.length;
}

async function untilNone(clock: Clock, signal: AbortSignal, remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await remove();
    total += removed;
    if (removed < BATCH_ROWS || signal.aborted) return total;
    await clock.sleep(BATCH_PAUSE_MILLISECONDS, signal);
  }
}
