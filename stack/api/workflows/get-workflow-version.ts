import { getWorkflowVersion as endpoint } from '@middle/contract/workflows/get-workflow-version.ts';
import { handler } from '../call.ts';
import { existingVersion } from './existing-version.ts';

export const getWorkflowVersion = handler(endpoint, async ({ deps, params }) =>
  existingVersion(deps.database, params.workflowId, params.version),
);
