import type { WorkflowProblem } from '@middle/core/workflow/check.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { compileRules } from '@middle/core/workflow/trigger-rules.ts';
import type { Queryable } from '../database.ts';
import { readSight } from '../triggers/sight.ts';
import type { TriggerView } from '../triggers/triggers.ts';
import type { Bindings } from './workflows.ts';

/** What keeps triggers that are on from giving a definition the input that it takes. */
export async function triggerProblems(
  db: Queryable,
  triggers: readonly TriggerView[],
  { bindings, definition }: { readonly bindings: Bindings; readonly definition: WorkflowDefinition },
): Promise<readonly WorkflowProblem[]> {
  const problems = triggers.map(async ({ name, recordSetId, input, discard, requeue }) => {
    const sight = recordSetId === null ? null : await readSight(db, recordSetId);
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
