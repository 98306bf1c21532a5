import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable, Transaction } from '@middle/store/database.ts';
import { getWorkflow, lockWorkflow } from '@middle/store/workflows/workflows.ts';
import type { Workflow } from '@middle/store/workflows/workflows.ts';

/** @throws MiddleError not_found */
export async function existingWorkflow(db: Queryable, id: string): Promise<Workflow> {
  return found(await getWorkflow(db, id), id);
}

/** The same, and nobody else changes it until the transaction's end. @throws MiddleError not_found */
export async function lockedWorkflow(client: Transaction, id: string): Promise<Workflow> {
  return found(await lockWorkflow(client, id), id);
}

/** @throws MiddleError draft_changed when somebody saved since the caller read it */
export function requireRevision({ draftRevision, draftSavedBy }: Workflow, revision: number): void {
  if (draftRevision === revision) return;
  throw new MiddleError(
    'draft_changed',
    `the draft was saved by ${draftSavedBy} since revision ${revision}; it is at ${draftRevision}`,
    { hint: 'Read the draft again and bring the changes together.', data: { revision: draftRevision } },
  );
}

function found(workflow: Workflow | null, id: string): Workflow {
  if (workflow !== null) return workflow;
  throw new MiddleError('not_found', `there is no workflow ${id}`);
}
