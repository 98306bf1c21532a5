import { bucketOf } from '@middle/core/workflow/durations.ts';
import { addStatistics, readEndedFigures } from '@middle/store/executions/statistics.ts';
import type { EndedFigures, Resolution, Statistic } from '@middle/store/executions/statistics.ts';
import type { Follower } from './followers.ts';

const UNIT: Readonly<Record<Resolution, number>> = { minute: 60_000, hour: 3_600_000 };

/** Counts what became of executions. */
export const statistics: Follower = {
  name: 'statistics',
  async follow(client, ids) {
    await addStatistics(client, statisticsOf(await readEndedFigures(client, ids)));
  },
};

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
