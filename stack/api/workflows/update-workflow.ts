import { isDeepStrictEqual } from 'node:util';
import { updateWorkflow as endpoint } from '@middle/contract/workflows/update-workflow.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { getVersion } from '@middle/store/workflows/versions.ts';
import { changeWorkflow } from '@middle/store/workflows/workflows.ts';
import type { Bindings, Workflow } from '@middle/store/workflows/workflows.ts';
import { handler } from '../call.ts';
import { workflowAnswer } from './answer.ts';
import { problemsOf, requireNone, requireOwnConnections } from '@middle/store/workflows/check.ts';
import { nameTaken } from './create-workflow.ts';
import { existingWorkflow, lockedWorkflow } from './existing.ts';
import { requireOwn } from './require-own.ts';

export const updateWorkflow = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const id = params.workflowId;
  try {
    return await deps.database.transaction(async (client) => {
      const before = await lockedWorkflow(client, id);
      if (changesWhatItDoes(before, body)) {
        requireOwn(before, 'only its switch and its limits can be changed');
      }
      if (body.bindings !== undefined) await requireFitting(client, before, body.bindings);
      const { name, notes, enabled, bindings, atOnce, priority } = before;
      const was = { name, notes, enabled, bindings, atOnce, priority };
      await changeWorkflow(client, id, { ...was, ...defined(body) });
      await addAuditEvent(client, caller, {
        action: 'workflow.update',
        subjectKind: 'workflow',
        subjectId: id,
        accountId,
        detail: { before: was, after: body },
      });
      return workflowAnswer(await existingWorkflow(client, id));
    });
  } catch (error) {
    throw nameTaken(error, body.name);
  }
});

function changesWhatItDoes(
  before: Workflow,
  {
    name,
    notes,
    bindings,
  }: {
    readonly name?: string | undefined;
    readonly notes?: string | undefined;
    readonly bindings?: Bindings | undefined;
  },
): boolean {
  return (
    (name !== undefined && name !== before.name) ||
    (notes !== undefined && notes !== before.notes) ||
    (bindings !== undefined && !isDeepStrictEqual(bindings, before.bindings))
  );
}

/** Bindings hold for the version in force at once, so it must work with them. */
async function requireFitting(
  client: Transaction,
  { id, accountId, version }: Workflow,
  bindings: Bindings,
): Promise<void> {
  await requireOwnConnections(client, accountId, bindings);
  const published = version === null ? null : await getVersion(client, id, version);
  if (published === null) return;
  const problems = await problemsOf(client, accountId, published.definition, bindings);
  requireNone(problems, `version ${published.version} doesn’t work with these connections`);
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(change: T): Defined<T> {
  // What is undefined is left out, so what is left has the types without it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Defined<T>;
}
