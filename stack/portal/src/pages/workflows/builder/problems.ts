import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import type { WorkflowProblem } from '../../../data/types.ts';
import type { ExpressionProblem } from '../../../expression/place.ts';

/** A problem with the field it is at: within its step (`input.name`), else within the definition. */
export interface PlacedProblem extends WorkflowProblem {
  readonly field: string;
}

/** Paths count steps, which move while one edits; a key and a field stay. */
export function placedIn(
  definition: WorkflowDefinition,
  problems: readonly WorkflowProblem[],
): readonly PlacedProblem[] {
  const paths = [...walk(definition)].map(({ step, path }) => ({ key: step.key, path: `${path}.` }));
  return problems.map((problem) => {
    const own = paths.find(({ key, path }) => key === problem.step && problem.path.startsWith(path));
    return { ...problem, field: own === undefined ? problem.path : problem.path.slice(own.path.length) };
  });
}

export function problemsOfStep(
  problems: readonly PlacedProblem[],
  key: string | null,
): readonly PlacedProblem[] {
  return problems.filter(({ step }) => step === key);
}

/** Those of one field, as the expression editor takes them. */
export function problemsAt(
  problems: readonly PlacedProblem[],
  key: string | null,
  field: string,
): readonly ExpressionProblem[] {
  return problems.filter((one) => one.step === key && one.field === field);
}
