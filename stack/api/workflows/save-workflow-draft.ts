import { saveWorkflowDraft as endpoint } from '@middle/contract/workflows/save-workflow-draft.ts';
import { saveDraft } from '@middle/store/workflows/workflows.ts';
import { handler } from '../call.ts';
import { problemsOf } from '@middle/store/workflows/check.ts';
import { lockedWorkflow, requireRevision } from './existing.ts';
import { requireOwn } from './require-own.ts';

/** Not in the audit trail: it is saved with each change of a person who builds, and changes nothing that runs. */
export const saveWorkflowDraft = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const { definition } = body;
  const { revision, bindings } = await deps.database.transaction(async (client) => {
    const workflow = await lockedWorkflow(client, params.workflowId);
    requireOwn(workflow, 'it can’t be edited');
    requireRevision(workflow, body.revision);
    const saved = await saveDraft(client, workflow.id, definition, caller.actorName);
    return { revision: saved, bindings: workflow.bindings };
  });
  return { revision, problems: await problemsOf(deps.database, accountId, definition, bindings) };
});
