import { runExecutionAgain as endpoint } from '@middle/contract/repeats/run-execution-again.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { prepareRepeat, startRepeat } from '@middle/store/executions/again.ts';
import { readWithLog, readWithoutLog } from '@middle/store/executions/recorded.ts';
import { announceExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { handler } from '../call.ts';

export const runExecutionAgain = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const { executionId } = params;
  const read = body.from === undefined ? readWithoutLog : readWithLog;
  const kept = await read(deps.database, executionId);
  const id = uuidv7(deps.clock.now());
  const repeat = await prepareRepeat(deps, kept, {
    id,
    from: body.from ?? null,
    version: body.version,
    by: caller.actorName,
  });
  await deps.database.transaction(async (client) => {
    await startRepeat(client, repeat);
    await announceExecutions(client);
    await addAuditEvent(client, caller, {
      action: 'execution.again',
      subjectKind: 'execution',
      subjectId: executionId,
      accountId,
      detail: { execution: id, from: body.from ?? null, version: repeat.execution.version },
    });
  });
  return { id };
});
