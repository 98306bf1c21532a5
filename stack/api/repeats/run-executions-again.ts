import { runExecutionsAgain as endpoint } from '@middle/contract/repeats/run-executions-again.ts';
import { handler } from '../call.ts';
import { requestRepeatJob } from './request.ts';

export const runExecutionsAgain = handler(endpoint, async (call) => {
  const { body, accountId, caller } = call;
  return requestRepeatJob(call, {
    kind: 'run_again',
    input: { ...body, by: caller.actorName },
    action: body.dryRun ? 'execution.again_dry_run' : 'execution.again_many',
    subject: { kind: 'account', id: accountId },
    detail: body,
  });
});
