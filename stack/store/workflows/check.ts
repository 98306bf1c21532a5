import { MiddleError } from '@middle/core/errors.ts';
import { checkWorkflow } from '@middle/core/workflow/check.ts';
import type { WorkflowProblem } from '@middle/core/workflow/check.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Queryable } from '../database.ts';
import { readSurroundings } from '../executions/surroundings.ts';
import { ACCOUNT_OF } from '../subjects.ts';
import { appOfConnection } from './slots.ts';
import type { Bindings } from './workflows.ts';

/** Everything that keeps a definition with these bindings from being published. */
export async function problemsOf(
  db: Queryable,
  accountId: string,
  definition: WorkflowDefinition,
  bindings: Bindings,
): Promise<WorkflowProblem[]> {
  const surroundings = await readSurroundings(db, accountId, definition, bindings);
  return [...(await slotProblems(db, definition, bindings)), ...checkWorkflow(definition, surroundings)];
}

/** @throws MiddleError workflow_invalid, with each problem */
export function requireNone(problems: readonly WorkflowProblem[], what: string): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new MiddleError('workflow_invalid', `${what}: ${first.path}: ${first.message}${more}`, {
    data: { problems, errors: problems.map(({ path, message }) => ({ path, message })) },
  });
}

/** @throws MiddleError request_invalid: a connection of another account is like none */
export async function requireOwnConnections(
  db: Queryable,
  accountId: string,
  bindings: Bindings,
): Promise<void> {
  for (const [slot, connectionId] of Object.entries(bindings)) {
    if ((await ACCOUNT_OF.connectionId(db, connectionId)) === accountId) continue;
    const message = `the account has no connection ${connectionId}`;
    throw new MiddleError('request_invalid', message, {
      data: { errors: [{ path: `body.bindings.${slot}`, message }] },
    });
  }
}

/** What fills a slot is of the slot's app. */
async function slotProblems(
  db: Queryable,
  { connections }: WorkflowDefinition,
  bindings: Bindings,
): Promise<readonly WorkflowProblem[]> {
  const problems: WorkflowProblem[] = [];
  for (const [index, { key, title, app }] of connections.entries()) {
    const connectionId = bindings[key];
    const bound = connectionId === undefined ? null : await appOfConnection(db, connectionId);
    if (bound !== null && bound !== app) {
      const message = `“${title}” needs a connection of the app ${app}; the one that fills it is of ${bound}.`;
      problems.push({ path: `connections[${index}].app`, step: null, message, suggestion: bound });
    }
  }
  return problems;
}
