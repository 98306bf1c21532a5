import { replayExecutions as endpoint } from '@middle/contract/repeats/replay-executions.ts';
import { findAgainst } from '@middle/store/executions/replay.ts';
import { handler } from '../call.ts';
import { requestRepeatJob } from './request.ts';

export const replayExecutions = handler(endpoint, async (call) => {
  const { deps, params, body } = call;
  const { workflowId } = params;
  // Taken now: the draft may be another one when the job comes to it.
  const against = await findAgainst(deps.database, workflowId, body.against);
  const { last, unknown } = body;
  return requestRepeatJob(call, {
    kind: 'replay',
    input: {
      workflowId,
      last,
      unknown,
      definition: against?.definition ?? null,
      version: against?.version ?? null,
    },
    action: 'workflow.replay',
    subject: { kind: 'workflow', id: workflowId },
    detail: { last, against: typeof body.against === 'object' ? 'definition' : body.against },
  });
});
