import { MiddleError } from '@middle/core/errors.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Actor } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { getVersion, insertVersion } from '@middle/store/workflows/versions.ts';
import type { PublishedVersion } from '@middle/store/workflows/versions.ts';
import type { Workflow } from '@middle/store/workflows/workflows.ts';
import { problemsOf, requireNone } from '@middle/store/workflows/check.ts';
import { listTriggers } from '@middle/store/triggers/triggers.ts';
import { triggerProblems } from '@middle/store/workflows/trigger-problems.ts';

/**
 * Makes a definition the version in force, when nothing is wrong with it and the triggers that are on can give it what
 * it needs. The caller holds the workflow's lock.
 * @throws MiddleError workflow_invalid, with each problem
 */
export async function publish(
  client: Transaction,
  caller: Actor,
  { id, accountId, bindings, version: before }: Workflow,
  { definition, notes, restored }: PublishedDefinition,
): Promise<PublishedVersion> {
  const problems = await problemsOf(client, accountId, definition, bindings);
  requireNone(problems, 'it can’t be published');
  const triggers = (await listTriggers(client, id)).filter(({ enabled }) => enabled);
  requireNone(await triggerProblems(client, triggers, { bindings, definition }), 'a trigger no longer fits');
  const version = await insertVersion(client, id, { definition, notes, by: caller.actorName });
  await addAuditEvent(client, caller, {
    action: restored === undefined ? 'workflow.publish' : 'workflow.restore',
    subjectKind: 'workflow',
    subjectId: id,
    accountId,
    detail: { before, version, notes, ...(restored !== undefined && { restored }) },
  });
  const published = await getVersion(client, id, version);
  if (published === null) throw new MiddleError('internal', `version ${version} was not stored`);
  const { definition: _definition, ...answer } = published;
  return answer;
}

interface PublishedDefinition {
  readonly definition: WorkflowDefinition;
  readonly notes: string;
  /** The version that it was taken from, when it goes back to an older one. */
  readonly restored?: number;
}
