import type { Clock } from '@middle/cloud/ports/clock.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { bucketOf } from '@middle/core/workflow/durations.ts';
import type { Database } from '@middle/store/database.ts';
import { deleteConsumedEnded, takeEnded } from '@middle/store/executions/ended-outbox.ts';
import { addStatistics, readEndedFigures } from '@middle/store/executions/statistics.ts';
import type { EndedFigures, Resolution, Statistic } from '@middle/store/executions/statistics.ts';

export interface StatisticsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMilliseconds?: number;
}

/** Batches of ended executions in one transaction. */
const BATCHES = 200;
const EVERY_MILLISECONDS = 2_000;
const UNIT: Readonly<Record<Resolution, number>> = { minute: 60_000, hour: 3_600_000 };

/** Counts what became of executions, each once: what is counted and how far it has come are written together. */
export function startStatistics(deps: StatisticsDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await countEnded(deps.database)))
          await deleteConsumedEnded(deps.database, 1_000);
        await deleteConsumedEnded(deps.database, 1_000);
      } catch (error) {
        if (!signal.aborted)
          deps.log({ level: 'warn', code: 'statistics.failed', message: messageOf(error) });
      }
      await deps.clock.sleep(deps.everyMilliseconds ?? EVERY_MILLISECONDS, signal);
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

/** @returns whether there may be more right now */
export async function countEnded(database: Database): Promise<boolean> {
  return database.transaction(async (client) => {
    const taken = await takeEnded(client, 'statistics', BATCHES);
    if (taken === null || taken.ids.length === 0) return false;
    await addStatistics(client, statisticsOf(await readEndedFigures(client, taken.ids)));
    return taken.isMore;
  });
}

function statisticsOf(ended: readonly EndedFigures[]): readonly Statistic[] {
  const sums = new Map<string, Sum>();
  for (const one of ended) {
    for (const workflowId of [one.workflowId, null]) {
      for (const resolution of ['minute', 'hour'] as const) {
        const unit = UNIT[resolution];
        const at = Math.floor(one.endedAt.getTime() / unit) * unit;
        const key = `${one.accountId} ${workflowId} ${resolution} ${at}`;
        const sum = sums.get(key) ?? emptySum(one.accountId, workflowId, resolution, new Date(at));
        sums.set(key, sum);
        count(sum, one);
      }
    }
  }
  // Always in the same order, so that no two transactions wait for each other's rows.
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

type Sum = { -readonly [K in keyof Statistic]: Statistic[K] } & {
  readonly ran: Record<string, number>;
  readonly waited: Record<string, number>;
};

function emptySum(accountId: string, workflowId: string | null, resolution: Resolution, at: Date): Sum {
  return {
    accountId,
    workflowId,
    resolution,
    at,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    ran: {},
    waited: {},
  };
}

function count(sum: Sum, { state, queuedAt, startedAt, endedAt }: EndedFigures): void {
  sum[state] += 1;
  if (startedAt === null) return;
  add(sum.ran, endedAt.getTime() - startedAt.getTime());
  add(sum.waited, startedAt.getTime() - queuedAt.getTime());
}

function add(histogram: Record<string, number>, milliseconds: number): void {
  const bucket = bucketOf(milliseconds);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}
