import { publishWorkflow as endpoint } from '@middle/contract/workflows/publish-workflow.ts';
import { handler } from '../call.ts';
import { lockedWorkflow, requireRevision } from './existing.ts';
import { publish } from './publish.ts';
import { requireOwn } from './require-own.ts';

export const publishWorkflow = handler(endpoint, async ({ deps, params, body, caller }) =>
  deps.database.transaction(async (client) => {
    const workflow = await lockedWorkflow(client, params.workflowId);
    requireOwn(workflow, 'new versions of it come with the module');
    requireRevision(workflow, body.revision);
    return publish(client, caller, workflow, { definition: workflow.draft, notes: body.notes });
  }),
);
