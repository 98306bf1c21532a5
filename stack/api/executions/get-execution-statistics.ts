import { getExecutionStatistics as endpoint } from '@middle/contract/executions/get-execution-statistics.ts';
import { addHistograms, percentile } from '@middle/core/workflow/durations.ts';
import type { Histogram } from '@middle/core/workflow/durations.ts';
import { listStatistics, readBacklog, sumByWorkflow } from '@middle/store/executions/statistics.ts';
import type { Resolution, Statistic } from '@middle/store/executions/statistics.ts';
import { handler } from '../call.ts';

const MINUTE = 60;
const HOUR = 3_600;
/** How long the buckets of each span are: 48 to 96 of them. */
const BUCKETS: Readonly<Record<number, { readonly seconds: number; readonly resolution: Resolution }>> = {
  1: { seconds: MINUTE, resolution: 'minute' },
  6: { seconds: 5 * MINUTE, resolution: 'minute' },
  24: { seconds: 30 * MINUTE, resolution: 'minute' },
  168: { seconds: 3 * HOUR, resolution: 'hour' },
  672: { seconds: 12 * HOUR, resolution: 'hour' },
};
const WORKFLOWS_SHOWN = 20;

export const getExecutionStatistics = handler(endpoint, async ({ deps, accountId, query }) => {
  const { hours, workflowId = null } = query;
  const { seconds, resolution } = BUCKETS[hours] ?? { seconds: HOUR, resolution: 'hour' };
  const length = seconds * 1_000;
  const now = deps.clock.now();
  const end = Math.floor(now.getTime() / length) * length + length;
  const from = new Date(end - hours * HOUR * 1_000);
  const span = { accountId, workflowId, resolution, from };
  const [rows, backlog, workflows] = await Promise.all([
    listStatistics(deps.database, span),
    readBacklog(deps.database, accountId, workflowId),
    workflowId === null ? sumByWorkflow(deps.database, span, WORKFLOWS_SHOWN) : [],
  ]);
  const byBucket = Map.groupBy(rows, ({ at }) => Math.floor((at.getTime() - from.getTime()) / length));
  const buckets = Array.from({ length: (end - from.getTime()) / length }, (_, index) => ({
    at: new Date(from.getTime() + index * length),
    ...figuresOf(byBucket.get(index) ?? []),
  }));
  return { from, to: now, bucketSeconds: seconds, buckets, total: figuresOf(rows), now: backlog, workflows };
});

function figuresOf(rows: readonly Statistic[]) {
  const sum = (key: 'succeeded' | 'failed' | 'cancelled'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    cancelled: sum('cancelled'),
    ran: durations(rows.map(({ ran }) => ran)),
    waited: durations(rows.map(({ waited }) => waited)),
  };
}

function durations(histograms: readonly Histogram[]): { readonly p50: number; readonly p95: number } | null {
  const sum = addHistograms(histograms);
  const [p50, p95] = [percentile(sum, 0.5), percentile(sum, 0.95)];
  return p50 === null || p95 === null ? null : { p50, p95 };
}
