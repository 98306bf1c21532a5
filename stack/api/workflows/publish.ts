import { MiddleError } from '@middle/core/errors.ts';
import { compileRules } from '@middle/core/workflow/trigger-rules.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { WorkflowProblem } from '@middle/core/workflow/check.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Actor } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { readSight } from '@middle/store/triggers/sight.ts';
import { listTriggers } from '@middle/store/triggers/triggers.ts';
import { getVersion, insertVersion } from '@middle/store/workflows/versions.ts';
import type { PublishedVersion } from '@middle/store/workflows/versions.ts';
import type { Workflow } from '@middle/store/workflows/workflows.ts';
import { problemsOf, requireNone } from './check.ts';

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
  requireNone(await triggerProblems(client, { id, bindings, definition }), 'a trigger no longer fits');
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

/** Of the triggers that are on: their input must be what the new version takes. */
async function triggerProblems(
  client: Transaction,
  {
    id,
    bindings,
    definition,
  }: Pick<Workflow, 'id' | 'bindings'> & { readonly definition: WorkflowDefinition },
): Promise<readonly WorkflowProblem[]> {
  const triggers = (await listTriggers(client, id)).filter(({ enabled }) => enabled);
  const problems = triggers.map(async ({ name, recordSetId, input, discard, requeue }) => {
    const sight = recordSetId === null ? null : await readSight(client, recordSetId);
    const compiled = compileRules({ input, discard, requeue }, sight ?? { record: null }, {
      bindings,
      inputs: definition.inputs,
    });
    if (compiled.ok) return [];
    return compiled.problems.map(({ place, message }) => ({
      path: `triggers.${name}.${place}`,
      step: null,
      message: `The trigger “${name}” is on, and ${place} doesn’t fit: ${message}`,
    }));
  });
  return (await Promise.all(problems)).flat();
}
