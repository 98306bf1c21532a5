import { deleteWorkflow as endpoint } from '@middle/contract/workflows/delete-workflow.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { announceExecutions } from '@middle/store/executions/start.ts';
import { deleteWorkflow as remove, listCallers } from '@middle/store/workflows/workflows.ts';
import { handler } from '../call.ts';
import { lockedWorkflow } from './existing.ts';
import { requireOwn } from './require-own.ts';

export const deleteWorkflow = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const workflow = await lockedWorkflow(client, params.workflowId);
    requireOwn(workflow, 'it goes when the account opts out');
    const { id, name } = workflow;
    const callers = await listCallers(client, accountId, id);
    if (callers.length > 0) {
      const names = callers.map((one) => `“${one.name}”`).join(', ');
      throw new MiddleError('conflict', `“${name}” is called by ${names}`, {
        hint: 'Publish a version of them that no longer calls it, or delete them first.',
        data: { workflows: callers },
      });
    }
    await remove(client, id, caller.actorName);
    await announceExecutions(client);
    await addAuditEvent(client, caller, {
      action: 'workflow.delete',
      subjectKind: 'workflow',
      subjectId: id,
      accountId,
      detail: { name },
    });
  }),
);
