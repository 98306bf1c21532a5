import type { ClaimedJob } from '@middle/store/jobs.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import { replayMany } from './replay-many.ts';
import type { ReplayManyInput } from './replay-many.ts';
import { runAgain } from './run-again.ts';
import type { RunAgainDeps, RunAgainInput } from './run-again.ts';

/** For startJobs: run_again and replay. The API checked their inputs, and wrote them in these shapes. */
export function repeatJobs(deps: RunAgainDeps): JobHandlers {
  return {
    run_again: (job, context) => runAgain(deps, againJob(job), context),
    replay: (job, context) => replayMany(deps, replayInput(job), context),
  };
}

function againJob({ id, queuedAt, input }: ClaimedJob) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return { id, queuedAt, input: input as unknown as RunAgainInput };
}

function replayInput({ input }: ClaimedJob): ReplayManyInput {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return input as unknown as ReplayManyInput;
}
