import { compareWorkflowVersions as endpoint } from '@middle/contract/workflows/compare-workflow-versions.ts';
import { MiddleError } from '@middle/core/errors.ts';
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
  if (side !== 'draft' && side !== 'current') {
    return (await existingVersion(db, workflowId, Number(side))).definition;
  }
  const { draft, version, name } = await existingWorkflow(db, workflowId);
  if (side === 'draft') return draft;
  if (version === null) throw new MiddleError('not_found', `“${name}” was never published`);
  return (await existingVersion(db, workflowId, version)).definition;
}
