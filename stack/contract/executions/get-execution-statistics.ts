import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp, uuid } from '../shared.ts';

const outcomes = {
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
};

const milliseconds = z
  .strictObject({ p50: z.number(), p95: z.number() })
  .nullable()
  .meta({ description: 'Milliseconds, at most 9% off. Null: there were none.' });

const figures = {
  ...outcomes,
  ran: milliseconds.meta({ description: 'From start to end.' }),
  waited: milliseconds.meta({ description: 'From being queued to the start.' }),
};

export const STATISTIC_HOURS = [1, 6, 24, 168, 672] as const;

export const getExecutionStatistics = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/executions/statistics',
  summary: 'What became of executions over time',
  description: 'Counted by when they ended, a few seconds after they did.',
  permission: 'executions.read',
  params: accountParams,
  query: z.strictObject({
    workflowId: uuid.optional().meta({ description: 'Of this workflow only.' }),
    hours: z.coerce
      .number<number>()
      .pipe(z.literal(STATISTIC_HOURS))
      .default(24)
      .meta({ description: 'Back from now: 1, 6, 24, 168 (a week) or 672 (four weeks).' }),
  }),
  response: z
    .strictObject({
      from: timestamp,
      to: timestamp,
      bucketSeconds: z.int(),
      buckets: z
        .array(z.strictObject({ at: timestamp.meta({ description: 'Its beginning.' }), ...figures }))
        .meta({ description: 'Every one of the span, by time; the last is not over yet.' }),
      total: z.strictObject(figures),
      now: z
        .strictObject({
          ready: z.int(),
          running: z.int(),
          waiting: z.int(),
          oldestReadyAt: timestamp.nullable().meta({
            description: 'Since when the oldest that is ready waits for its turn; null: none does.',
          }),
        })
        .meta({ description: 'Under way, each counted up to 10,000.' }),
      workflows: z
        .array(z.strictObject({ workflowId: uuid, name: z.string(), ...outcomes }))
        .meta({ description: 'The 20 that failed most; empty for a single workflow.' }),
    })
    .meta({ id: 'ExecutionStatistics' }),
});
