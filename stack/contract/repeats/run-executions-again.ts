import { REPEAT_REFUSALS } from '@middle/core/workflow/again.ts';
import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { executionFilter } from '../executions/list-executions.ts';
import { job } from '../jobs/job.ts';
import { repeatVersion } from './repeat.ts';

/** Why a bulk run again leaves an execution alone. */
export const SKIP_REASONS = [
  /** It, or a later one of its family, has succeeded since. */
  'succeeded_since',
  /** One of its family is under way. */
  'repeat_under_way',
  /** Another of its family is run again by this job. */
  'run_again_by_this_job',
  /** It expired meanwhile. */
  'expired',
  'unsealing_failed',
  'execution_limit',
  ...REPEAT_REFUSALS,
] as const;

/** The result of a job `run_again`. */
export const againSummary = z
  .strictObject({
    dryRun: z.boolean(),
    looked: z.int().meta({ description: 'Executions that the filter lets through.' }),
    begun: z
      .int()
      .meta({ description: 'Of them, those that were run again; of a dry run, those that would be.' }),
    skipped: z
      .partialRecord(z.enum(SKIP_REASONS), z.int())
      .meta({ description: 'How many were left alone, by the reason.' }),
  })
  .meta({ id: 'AgainSummary' });

export const runExecutionsAgain = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/executions/again',
  summary: 'Run executions again, by filter',
  description:
    'A job, oldest first: watch it with getJob, cancel it with cancelJob. Its result is an AgainSummary. It leaves alone what has succeeded since or is under way again, so asking twice does no harm. Executions that begin after it was asked for are not meant.',
  permission: 'executions.change',
  params: accountParams,
  body: z.strictObject({
    filter: z
      .strictObject({ ...executionFilter, state: executionFilter.state.default(['failed']) })
      .prefault({})
      .meta({ description: 'As of the list; without a state, those that failed.' }),
    from: z.enum(['start', 'end']).default('start').meta({
      description: '`end`: from the step in which each of them ended.',
    }),
    version: repeatVersion,
    perMinute: z.int().min(1).max(600_000).default(600).meta({ description: 'Begun in a minute, at most.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Only say what would be done.' }),
  }),
  response: job,
  status: 202,
});
