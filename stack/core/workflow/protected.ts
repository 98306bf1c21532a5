import type { WorkflowInput } from './definition.ts';
import { HIDDEN, Redactor } from './redactor.ts';

/** An input as it may be stored, and apart from it what must be sealed. */
export interface ParedInput {
  readonly shown: Readonly<Record<string, unknown>>;
  /** By the inputs' keys; null: nothing is protected. */
  readonly hidden: Readonly<Record<string, unknown>> | null;
}

/**
 * Takes the protected values out of an input, also where they turn up within other inputs.
 * @param around hides the protected values of the execution that gives this input: what holds one of them is protected too
 */
export function pareInput(
  inputs: readonly Pick<WorkflowInput, 'key' | 'protected'>[],
  input: Readonly<Record<string, unknown>>,
  around?: Redactor,
): ParedInput {
  const declared = new Set(inputs.filter((one) => one.protected).map(({ key }) => key));
  const hidden = Object.entries(input).filter(
    ([key, value]) => declared.has(key) || (around !== undefined && around.redact(value) !== value),
  );
  if (hidden.length === 0) return { shown: input, hidden: null };
  const keys = new Set(hidden.map(([key]) => key));
  const redactor = new Redactor(hidden.map(([, value]) => value));
  const shown = Object.entries(input).map(([key, value]) => [
    key,
    keys.has(key) ? HIDDEN : redactor.redact(value),
  ]);
  return { shown: Object.fromEntries(shown), hidden: Object.fromEntries(hidden) };
}
