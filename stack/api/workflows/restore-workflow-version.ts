import { restoreWorkflowVersion as endpoint } from '@middle/contract/workflows/restore-workflow-version.ts';
import { handler } from '../call.ts';
import { existingVersion } from './existing-version.ts';
import { lockedWorkflow } from './existing.ts';
import { publish } from './publish.ts';
import { requireOwn } from './require-own.ts';

export const restoreWorkflowVersion = handler(endpoint, async ({ deps, params, body, caller }) =>
  deps.database.transaction(async (client) => {
    const workflow = await lockedWorkflow(client, params.workflowId);
    requireOwn(workflow, 'its versions are those of the module');
    const { definition, version } = await existingVersion(client, workflow.id, params.version);
    return publish(client, caller, workflow, { definition, notes: body.notes, restored: version });
  }),
);
