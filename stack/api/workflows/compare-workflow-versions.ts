import { compareWorkflowVersions as endpoint } from '@middle/contract/workflows/compare-workflow-versions.ts';
import { compareDefinitions } from '@middle/core/workflow/compare.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Queryable } from '@middle/store/database.ts';
import { handler } from '../call.ts';
import { existingVersion } from './existing-version.ts';
import { existingWorkflow } from './existing.ts';

export const compareWorkflowVersions = handler(endpoint, async ({ deps, params, query }) => {
  const { workflowId } = params;
  const from = await definitionOf(deps.database, workflowId, query.from);
  const to = await definitionOf(deps.database, workflowId, query.to);
  return { items: compareDefinitions(from, to) };
});

async function definitionOf(db: Queryable, workflowId: string, side: string): Promise<WorkflowDefinition> {
  if (side === 'draft') return (await existingWorkflow(db, workflowId)).draft;
  return (await existingVersion(db, workflowId, Number(side))).definition;
}
