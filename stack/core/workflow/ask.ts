import type { StepError } from './course.ts';
import type { Step, WaitStep } from './definition.ts';
import { evaluateAll } from './mapping.ts';
import type { EvaluateIn } from './mapping.ts';
import type { ReadableProgram, Scope } from './program.ts';
import { isPure } from './pure-step.ts';
import type { PureStep } from './pure-step.ts';
import { errorOf } from './step-outcome.ts';

/**
 * What a step asks for. Two step runs that ask for the same are taken to give the same: so what an action gave once
 * stands for what it would give again.
 */
export interface Ask {
  /** Its definition, as far as it matters for what it gives. */
  readonly does: unknown;
  /** The input of an action or a call; of others, the values that their expressions look at. */
  readonly values: unknown;
  /** Its input can't be worked out. */
  readonly error: StepError | null;
}

/** A step at its place, with what it sees. */
export interface SeenStep {
  readonly place: string;
  readonly step: Step;
  readonly scope: Scope;
  readonly evaluate: EvaluateIn;
}

/** Steps that only look at values, and waits for a time. All others touch the outside, or what others do. */
export function isInside(step: Step): step is PureStep | TimedWait {
  return isPure(step) || (step.kind === 'wait' && step.until.kind !== 'record');
}

type TimedWait = WaitStep & { readonly until: Exclude<WaitStep['until'], { readonly kind: 'record' }> };

export async function askOf(
  program: ReadableProgram,
  bindings: Readonly<Record<string, string>>,
  { step, scope, evaluate }: SeenStep,
): Promise<Ask> {
  if (step.kind !== 'action' && step.kind !== 'call') {
    return { does: doesOf(step, bindings), values: readsOfStep(program, step, scope), error: null };
  }
  const { input, ...rest } = step;
  const does = doesOf(rest, bindings);
  try {
    const values = await evaluateAll(input, (source, name) => evaluate(source, {}, name));
    return { does, values, error: null };
  } catch (error) {
    return { does, values: null, error: errorOf(error) };
  }
}

/** What says how a step is shown, how hard it tries and how fast it goes, and the steps within it. */
const OF_NO_MATTER = new Set([
  'key',
  'title',
  'notes',
  'retry',
  'timeLimitSeconds',
  'atOnce',
  'perMinute',
  'failuresMax',
  'onError',
  'onDeadline',
  'whenTrue',
  'whenFalse',
  'otherwise',
  'block',
]);

/** A step's definition without what does not matter, its connections instead of their slots. */
export function doesOf(step: object, bindings: Readonly<Record<string, string>>): unknown {
  const { cases }: { cases?: unknown } = step;
  const own = Object.entries(step).filter(([key]) => !OF_NO_MATTER.has(key) && key !== 'cases');
  return {
    ...Object.fromEntries(own.map(([key, value]) => [key, bound(key, value, bindings)])),
    // A case's key is the name of its branch, so it matters.
    ...(Array.isArray(cases) && { cases: cases.map(caseOf) }),
  };
}

function caseOf(one: unknown): unknown {
  const { key, equals }: { key?: unknown; equals?: unknown } = Object(one);
  return { key, equals };
}

function bound(key: string, value: unknown, bindings: Readonly<Record<string, string>>): unknown {
  if (key === 'connection' && typeof value === 'string') return bindings[value] ?? value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, bound(name, of, bindings)]));
}

/** Of every text in the step: those that are no expressions look at nothing. */
function readsOfStep(program: ReadableProgram, step: Step, scope: Scope): unknown {
  const own = Object.entries(step).filter(([key]) => !OF_NO_MATTER.has(key));
  const texts = own.flatMap(([, value]) => textsIn(value));
  return Object.assign({}, ...texts.map((text) => program.reads({ step: step.key }, text, scope)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, of]) => (OF_NO_MATTER.has(key) ? [] : textsIn(of)));
}
