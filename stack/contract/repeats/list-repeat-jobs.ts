import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';
import { page, pageQuery } from '../shared.ts';
import { againSummary } from './run-executions-again.ts';

export const listRepeatJobs = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/repeat-jobs',
  summary: 'Bulk runs again and replays of an account, newest first',
  permission: 'jobs.read',
  params: accountParams,
  query: pageQuery,
  response: page(
    job.extend({
      again: againSummary.nullable().meta({
        description: 'How far a bulk run again is; null: not begun, a dry run, or a replay.',
      }),
    }),
  ),
});
