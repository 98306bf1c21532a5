import { MiddleError } from '../errors.ts';
import { doesOf } from './ask.ts';
import { Course } from './course.ts';
import type { StepOutcome } from './course.ts';
import type { Step, WorkflowDefinition, WorkflowInput } from './definition.ts';
import { inputProblems } from './inputs.ts';
import type { RecordedStep } from './replay.ts';
import { sameValue } from './same-value.ts';

/** Why an execution can't run again as it was asked to. */
export const REPEAT_REFUSALS = [
  'under_way',
  'workflow_deleted',
  'workflow_off',
  'never_published',
  'place_missing',
  'prefix_differs',
  'input_misfit',
] as const;
export type RepeatRefusal = (typeof REPEAT_REFUSALS)[number];

export function refused(
  reason: RepeatRefusal,
  message: string,
  { hint, place }: { readonly hint?: string; readonly place?: string } = {},
): MiddleError {
  const data = { reason, ...(place !== undefined && { place }) };
  return new MiddleError('repeat_refused', message, { data, ...(hint !== undefined && { hint }) });
}

/**
 * What an execution gives its repeat with another version: the inputs that this one declares.
 * @throws MiddleError repeat_refused when they don't fit
 */
export function repeatedInput(
  inputs: readonly WorkflowInput[],
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const known = new Set(inputs.map(({ key }) => key));
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => known.has(key)));
  const [problem] = inputProblems(inputs, given);
  if (problem === undefined) return given;
  throw refused('input_misfit', `its input doesn't fit the version: ${problem.path} ${problem.message}`, {
    hint: 'Run it again with the recorded version, or publish one that takes the input.',
  });
}

/**
 * The step runs that a repeat from a place takes over: those before it.
 * @param to the version that it runs again with: it must come to the place the same way
 * @throws MiddleError repeat_refused
 */
export function stepsTakenOver(
  steps: readonly RecordedStep[],
  from: string,
  own: WorkflowDefinition,
  to: WorkflowDefinition,
): readonly RecordedStep[] {
  const at = steps.findIndex(({ place }) => place === from);
  if (at === -1) {
    throw refused('place_missing', `the execution never came to “${from}”`, {
      place: from,
      hint: 'Choose the place of one of its step runs.',
    });
  }
  const before = steps.slice(0, at);
  if (own !== to) new Prefix(own, to).require(before, from);
  return before;
}

class Prefix {
  readonly #own: WorkflowDefinition;
  readonly #to: WorkflowDefinition;

  constructor(own: WorkflowDefinition, to: WorkflowDefinition) {
    this.#own = own;
    this.#to = to;
  }

  require(before: readonly RecordedStep[], from: string): void {
    this.#requireVariables();
    const own = courseIn(this.#own);
    const to = courseIn(this.#to);
    for (const step of before) {
      this.#requireSame(own, to, step.place);
      const outcome = outcomeOf(step);
      own.settle(outcome);
      to.settle(outcome);
    }
    this.#requirePlace(to, from);
  }

  /** The steps before saw their first values. */
  #requireVariables(): void {
    for (const { key, title, initial } of this.#own.variables) {
      const other = this.#to.variables.find((one) => one.key === key);
      if (other !== undefined && other.initial !== initial)
        throw differs(`the variable “${title}” begins with something else`, key);
    }
  }

  #requireSame(own: Course, to: Course, place: string): void {
    const step = this.#requirePlace(to, place);
    const next = own.next();
    if (next.kind === 'step' && sameValue(doesOf(next.step, {}), doesOf(step, {}))) return;
    throw differs(`the step “${step.title}” (${place}) does something else`, place);
  }

  #requirePlace(to: Course, place: string): Step {
    const next = to.next();
    if (next.kind === 'step' && next.place === place) return next.step;
    const there = next.kind === 'end' ? 'it ends' : `it comes to “${next.step.title}” (${next.place})`;
    throw differs(`where the execution came to “${place}”, ${there}`, place);
  }
}

function differs(what: string, place: string): MiddleError {
  return refused('prefix_differs', `the version differs before that step: ${what}`, {
    place,
    hint: 'Run it again from an earlier step, from the start, or with the recorded version.',
  });
}

/** Only its way matters here: values are those of the outcomes. */
function courseIn({ steps }: WorkflowDefinition): Course {
  return new Course(steps, {}, {});
}

function outcomeOf({ state, output, branch, error }: RecordedStep): StepOutcome {
  if (state === 'failed' && error !== null) return { state, error };
  return { state: 'succeeded', output, branch: branch ?? undefined };
}
