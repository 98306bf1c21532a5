import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';
import { uuid } from '../shared.ts';
import { workflowParams } from '../workflows/workflow.ts';
import { difference, replayVerdict } from './replay-execution.ts';
import { against, unknownPolicy } from './repeat.ts';

export const REPLAYS_MAX = 10_000;

/** The result of a job `replay`. */
export const replaySummary = z
  .strictObject({
    executions: z.int(),
    same: z.int(),
    different: z.int(),
    unknown: z.int(),
    failing: z.int().meta({ description: 'Of the different ones, those that succeeded and would fail now.' }),
    refused: z.int().meta({ description: 'Those that can’t be replayed.' }),
    list: z
      .array(
        z.strictObject({
          executionId: uuid,
          verdict: z.union([replayVerdict, z.literal('refused')]),
          isFailing: z.boolean(),
          place: z
            .string()
            .nullable()
            .meta({ description: 'Of the first difference; null: in how it ended.' }),
          why: z.string(),
          difference: difference.nullable(),
        }),
      )
      .meta({ description: 'Those that are not the same, newest first, the first 500.' }),
  })
  .meta({ id: 'ReplaySummary' });

export const replayExecutions = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/replays',
  summary: 'Replay the last executions of a workflow, and compare',
  description: 'A job: watch it with getJob, cancel it with cancelJob. Its result is a ReplaySummary.',
  permission: 'executions.change',
  params: workflowParams,
  body: z.strictObject({
    last: z.int().min(1).max(REPLAYS_MAX).default(100),
    against,
    unknown: unknownPolicy,
  }),
  response: job,
  status: 202,
  errors: ['conflict'],
});
