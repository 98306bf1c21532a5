import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { expiryMoment } from '@middle/core/retention.ts';
import {
  connectionsMovedSince,
  listAppsWithConnections,
  listConnectionCounters,
  reconcileConnection,
  saveBalance,
} from '@middle/store/balance.ts';
import type { BalanceDifference } from '@middle/store/balance.ts';
import type { Database } from '@middle/store/database.ts';
import { readRetention } from '@middle/store/settings.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import { reconcileWorkflows } from './executions.ts';
import { tell } from './tell.ts';

export interface BalanceDeps {
  readonly database: Database;
  readonly queues: { open(appKey: string): Pick<Queue, 'stats'> };
  readonly log: Log;
  readonly clock: Clock;
  readonly everyMilliseconds?: number;
}

export interface BalanceResult {
  readonly connections: number;
  readonly workflows: number;
  readonly differences: number;
}

const EVERY_MILLISECONDS = 30_000;
/** Every connection is looked at this often, also one that did not move. */
const WHOLE_MILLISECONDS = 3_600_000;
/** Looked at again for so long after it moved: what is counted may follow the move. */
const OVERLAP_MILLISECONDS = 120_000;
/** Messages of an ended invocation that are neither applied, nor in the queue, nor dead after so long are lost. */
const SILENT_MINUTES = 10;

/**
 * Reconciles continuously: counts what functions sent, what was accepted, stored, set aside and dead-lettered, what was
 * started and what ended, and compares the sums with each other and with the tables. A difference is an alert until it is gone.
 */
export function startBalance(deps: BalanceDeps): { readonly jobs: JobHandlers; stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    let movedSince = new Date(0);
    let wholeAt = new Date(0);
    while (!signal.aborted) {
      const now = deps.clock.now();
      try {
        const whole = now.getTime() - wholeAt.getTime() >= WHOLE_MILLISECONDS;
        await reconcile(deps, whole ? new Date(0) : movedSince, signal);
        if (whole) wholeAt = now;
        movedSince = new Date(now.getTime() - OVERLAP_MILLISECONDS);
      } catch (error) {
        if (!signal.aborted) deps.log({ level: 'warn', code: 'balance.failed', message: messageOf(error) });
      }
      await deps.clock.sleep(deps.everyMilliseconds ?? EVERY_MILLISECONDS, signal);
    }
  };
  const running = loop();
  return {
    jobs: { balance_check: async (_job, context) => reconcile(deps, new Date(0), context.signal) },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Reconciles the connections whose runs moved since this moment, the totals of each app, and the executions. */
export async function reconcile(
  deps: BalanceDeps,
  movedSince: Date,
  signal: AbortSignal,
): Promise<BalanceResult> {
  const { database, clock } = deps;
  const { invocationDays } = await readRetention(database);
  // A day less than what is kept: the oldest day may be half gone.
  const since = expiryMoment(clock.now(), Math.max(invocationDays - 1, 0.5));
  const connections = await connectionsMovedSince(database, movedSince);
  let differences = 0;
  for (const connectionId of connections) {
    signal.throwIfAborted();
    const found = await reconcileConnection(database, connectionId, { since, silentMinutes: SILENT_MINUTES });
    if (found === null) continue;
    const { appId, connectionId: _, ...counters } = found.figures;
    await saveBalance(database, {
      appId,
      connectionId,
      workflowId: null,
      counters,
      differences: found.differences,
    });
    await tell(deps, `connection:${connectionId}`, found.differences);
    differences += found.differences.length;
  }
  for (const app of await listAppsWithConnections(database)) {
    signal.throwIfAborted();
    differences += await reconcileApp(deps, app);
  }
  const executions = await reconcileWorkflows(deps, movedSince);
  return {
    connections: connections.length,
    workflows: executions.workflows,
    differences: differences + executions.differences,
  };
}

/** An app's totals with its queue. Messages that went missing are a difference unless the queue still has some. */
async function reconcileApp(
  deps: BalanceDeps,
  app: { readonly id: string; readonly key: string },
): Promise<number> {
  const { database, queues } = deps;
  const { visible, inFlight, delayed, dead } = await queues.open(app.key).stats();
  const counters: Record<string, number> = {
    queued: visible + delayed,
    inDelivery: inFlight,
    deadLettered: dead,
  };
  for (const connection of await listConnectionCounters(database, app.id)) {
    for (const [name, count] of Object.entries(connection)) counters[name] = (counters[name] ?? 0) + count;
  }
  const missing = counters['lostMessages'] ?? 0;
  const accountedFor = visible + inFlight + delayed + dead;
  const differences: BalanceDifference[] =
    missing <= accountedFor
      ? []
      : [
          {
            name: 'messages',
            expected: missing,
            actual: accountedFor,
            message: `${missing} messages of ended invocations were not applied, ${accountedFor} are in the queue or dead`,
          },
        ];
  await saveBalance(database, {
    appId: app.id,
    connectionId: null,
    workflowId: null,
    counters,
    differences,
  });
  await tell(deps, `app:${app.id}`, differences);
  return differences.length;
}
