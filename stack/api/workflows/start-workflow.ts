import { startWorkflow as endpoint } from '@middle/contract/workflows/start-workflow.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { requireInput } from '@middle/core/workflow/inputs.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { sealInput } from '@middle/store/executions/sealed-input.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { handler } from '../call.ts';
import { existingVersion } from './existing-version.ts';
import { existingWorkflow } from './existing.ts';

export const startWorkflow = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const { workflowId } = params;
  const { version, enabled, name } = await existingWorkflow(deps.database, workflowId);
  if (version === null) {
    throw new MiddleError('workflow_invalid', `“${name}” was never published`, {
      hint: 'Publish its draft first.',
    });
  }
  if (!enabled)
    throw new MiddleError('conflict', `“${name}” is switched off`, { hint: 'Switch it on first.' });
  const { definition } = await existingVersion(deps.database, workflowId, version);
  requireInput(definition.inputs, body.input);
  const id = uuidv7(deps.clock.now());
  const sealed = await sealInput(deps.keys, id, definition.inputs, body.input);
  await deps.database.transaction(async (client) => {
    await startExecutions(client, [
      { id, workflowId, version, cause: 'person', startedBy: caller.actorName, ...sealed },
    ]);
    await announceExecutions(client);
    await addAuditEvent(client, caller, {
      action: 'execution.start',
      subjectKind: 'execution',
      subjectId: id,
      accountId,
      detail: { workflowId, name, version },
    });
  });
  return { id };
});
