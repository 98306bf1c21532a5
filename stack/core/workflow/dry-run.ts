import { MiddleError } from '../errors.ts';
import { isInside } from './ask.ts';
import type { SeenStep } from './ask.ts';
import { Course } from './course.ts';
import type { CourseEnd, NextStep, StepError, StepOutcome } from './course.ts';
import type { Step, WorkflowDefinition } from './definition.ts';
import { evaluateAll } from './mapping.ts';
import type { ReadableProgram } from './program.ts';
import { waitsUntil, workOut } from './pure-step.ts';
import { errorOf, withinSize } from './step-outcome.ts';

/** What a step run of a dry run came to, and where that is from. */
export interface DryStep<From extends string> {
  readonly place: string;
  readonly step: Step;
  readonly input: unknown;
  readonly outcome: StepOutcome;
  readonly from: From | 'worked_out';
}

/** What a step gives without being worked out. */
export type Settlement<From extends string> =
  | {
      readonly kind: 'gives';
      readonly outcome: StepOutcome;
      readonly input: unknown;
      readonly from: From | 'worked_out';
    }
  /** The dry run ends here. */
  | { readonly kind: 'halts' };

export interface DryEnding {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly output: unknown;
  readonly error: StepError | null;
  readonly endedIn: string | null;
}

export interface DryRunOptions<From extends string> {
  readonly definition: WorkflowDefinition;
  readonly program: ReadableProgram;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The first values of its variables, when they are known; null: to be worked out. */
  readonly variables: Readonly<Record<string, unknown>> | null;
  readonly execution: { readonly id: string; readonly startedAt: Date; readonly cause: string };
  /** When a step began and had run, as far as it is known; of others it is the moment of the step before. */
  readonly momentsOf: (place: string) => StepMoments | null;
  /** Asked of each step. Null: it is worked out, which only steps that touch nothing outside can be. */
  readonly settle: (seen: SeenStep) => Promise<Settlement<From> | null>;
  /** Asked before each step. */
  readonly mayGoOn?: (steps: number) => boolean;
}

export interface StepMoments {
  readonly startedAt: Date;
  readonly ranAt: Date | null;
}

export interface DryRunResult<From extends string> {
  readonly steps: readonly DryStep<From>[];
  /** Null: it was halted. */
  readonly end: DryEnding | null;
  /** The step that it was halted before. */
  readonly haltedAt: NextStep | null;
}

/**
 * Goes an execution's way without executing it: steps that look at values are worked out as the executor does, with the
 * moments and random values of the execution; what others give comes from the caller. Nothing is written or called.
 */
export async function dryRun<From extends string>(options: DryRunOptions<From>): Promise<DryRunResult<From>> {
  return new DryRun(options).run();
}

class DryRun<From extends string> {
  readonly #options: DryRunOptions<From>;
  readonly #steps: DryStep<From>[] = [];
  #moment: Date;

  constructor(options: DryRunOptions<From>) {
    this.#options = options;
    this.#moment = options.execution.startedAt;
  }

  async run(): Promise<DryRunResult<From>> {
    const course = await this.#begin().catch((error: unknown) => errorOf(error));
    if (!(course instanceof Course)) {
      const end = { state: 'failed', output: null, error: course, endedIn: null } as const;
      return { steps: [], end, haltedAt: null };
    }
    for (;;) {
      const next = course.next();
      if (next.kind === 'end') {
        return { steps: this.#steps, end: await this.#ending(course, next), haltedAt: null };
      }
      const mayGoOn = this.#options.mayGoOn?.(this.#steps.length) ?? true;
      const step = mayGoOn ? await this.#step(course, next) : null;
      if (step === null) return { steps: this.#steps, end: null, haltedAt: next };
      this.#steps.push(step);
      course.settle(step.outcome);
    }
  }

  async #begin(): Promise<Course> {
    const { definition, inputs, program, execution } = this.#options;
    const initial = Object.fromEntries(definition.variables.map(({ key, initial: value }) => [key, value]));
    const variables =
      this.#options.variables ??
      (await evaluateAll(initial, (source, name) =>
        program.evaluate(
          'variables',
          source,
          { inputs },
          {
            now: execution.startedAt,
            seed: `${execution.id}:variables:${name}`,
          },
        ),
      ));
    return new Course(definition.steps, inputs, variables);
  }

  /** Null: it is halted here. */
  async #step(course: Course, { step, place }: NextStep): Promise<DryStep<From> | null> {
    const { program, execution, momentsOf, settle } = this.#options;
    const moments = momentsOf(place);
    const startedAt = moments?.startedAt ?? this.#moment;
    const scope = { ...course.scope(), execution: this.#execution() };
    const evaluate: SeenStep['evaluate'] = (source, more, salt = '') =>
      program.evaluate(
        { step: step.key },
        source,
        { ...scope, ...more },
        {
          now: startedAt,
          seed: `${execution.id}:${place}:${salt}`,
        },
      );
    const seen = { place, step, scope, evaluate };
    const settlement = await settle(seen);
    this.#moment = moments?.ranAt ?? startedAt;
    if (settlement === null)
      return { place, step, ...(await workedOut(seen, startedAt)), from: 'worked_out' };
    if (settlement.kind === 'halts') return null;
    const { input, outcome, from } = settlement;
    return { place, step, input, outcome, from };
  }

  #execution(): object {
    const { id, startedAt, cause } = this.#options.execution;
    return { id, startedAt: startedAt.toISOString(), cause };
  }

  async #ending(course: Course, end: CourseEnd): Promise<DryEnding> {
    const { definition, program, execution } = this.#options;
    const { outcome, error, at: endedIn } = end;
    if (outcome === 'failed') return { state: 'failed', output: null, error, endedIn };
    const mapping = Object.fromEntries(definition.output.map(({ key, value }) => [key, value]));
    const scope = { ...course.scope(), execution: this.#execution() };
    try {
      const output = await evaluateAll(mapping, (source, name) =>
        program.evaluate('output', source, scope, {
          now: this.#moment,
          seed: `${execution.id}:output:${name}`,
        }),
      );
      return { state: 'succeeded', output, error: null, endedIn };
    } catch (thrown) {
      return { state: 'failed', output: null, error: errorOf(thrown), endedIn: 'output' };
    }
  }
}

async function workedOut(
  { step, evaluate }: SeenStep,
  startedAt: Date,
): Promise<{ readonly input: unknown; readonly outcome: StepOutcome }> {
  if (!isInside(step)) {
    throw new MiddleError(
      'internal',
      `what the step ${step.key} gives can't be worked out: it touches the outside`,
    );
  }
  try {
    if (step.kind !== 'wait') return { input: null, outcome: withinSize(await workOut(step, evaluate)) };
    const until = await waitsUntil(step.until, startedAt, evaluate);
    return { input: { until: until.toISOString() }, outcome: { state: 'succeeded', output: null } };
  } catch (error) {
    return { input: null, outcome: { state: 'failed', error: errorOf(error) } };
  }
}
