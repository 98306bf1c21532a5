import { createWorkflow as endpoint } from '@middle/contract/workflows/create-workflow.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { insertWorkflow } from '@middle/store/workflows/workflows.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { workflowAnswer } from './answer.ts';
import { requireOwnConnections } from '@middle/store/workflows/check.ts';
import { existingWorkflow } from './existing.ts';

export const createWorkflow = handler(endpoint, async ({ deps, accountId, body, caller }) => {
  try {
    return await deps.database.transaction(async (client) => {
      await requireOwnConnections(client, accountId, body.bindings);
      const id = await insertWorkflow(client, { ...body, accountId }, caller.actorName);
      const { draft: _draft, ...detail } = body;
      await addAuditEvent(client, caller, {
        action: 'workflow.create',
        subjectKind: 'workflow',
        subjectId: id,
        accountId,
        detail,
      });
      return workflowAnswer(await existingWorkflow(client, id));
    });
  } catch (error) {
    throw nameTaken(error, body.name);
  }
});

export function nameTaken(error: unknown, name: string | undefined): unknown {
  if (!violates(error, 'workflow_name')) return error;
  return new MiddleError('conflict', `the account already has a workflow named “${name ?? ''}”`, {
    cause: error,
  });
}
