import { cancelExecution as endpoint } from '@middle/contract/executions/cancel-execution.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { requestCancel } from '@middle/store/executions/history.ts';
import { handler } from '../call.ts';
import { executionAnswer, existingExecution } from './answer.ts';

export const cancelExecution = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const id = params.executionId;
    if (!(await requestCancel(client, id, caller.actorName))) {
      const { state } = await existingExecution(client, id);
      throw new MiddleError('conflict', `the execution has ended already: ${state}`);
    }
    await addAuditEvent(client, caller, {
      action: 'execution.cancel',
      subjectKind: 'execution',
      subjectId: id,
      accountId,
    });
    return executionAnswer(client, id);
  }),
);
