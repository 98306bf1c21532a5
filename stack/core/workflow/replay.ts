import { askOf, isInside } from './ask.ts';
import type { Ask, SeenStep } from './ask.ts';
import type { StepError, StepOutcome } from './course.ts';
import type { Step, WorkflowDefinition } from './definition.ts';
import { dryRun } from './dry-run.ts';
import type { DryEnding, DryRunOptions, DryRunResult, Settlement } from './dry-run.ts';
import { exampleOf } from './example-output.ts';
import { checkFields } from './fields.ts';
import type { ReadableProgram } from './program.ts';
import { sameValue } from './same-value.ts';
import { outputTypeOf } from './scopes.ts';
import type { WorkflowSurroundings } from './scopes.ts';
import { errorOf } from './step-outcome.ts';

/** A step run as history has it, with its true values. */
export interface RecordedStep {
  readonly place: string;
  readonly kind: string;
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly branch: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: StepError | null;
  /** Taken over from the execution that this one runs again. */
  readonly reused: boolean;
  readonly startedAt: Date;
  readonly ranAt: Date | null;
}

/** An execution as history has it, with its true values. */
export interface RecordedExecution {
  readonly id: string;
  readonly cause: string;
  readonly startedAt: Date;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The first values of its variables when it took them over; null: they are worked out. */
  readonly variables: Readonly<Record<string, unknown>> | null;
  readonly steps: readonly RecordedStep[];
  /** Null while it is under way. */
  readonly end: DryEnding | null;
}

/** A workflow with what its expressions and steps stand on. */
export interface RunnableWorkflow {
  readonly definition: WorkflowDefinition;
  readonly program: ReadableProgram;
  readonly bindings: Readonly<Record<string, string>>;
  readonly surroundings: WorkflowSurroundings;
}

/** What a step gives that asks for something else than was recorded, so that nobody can know what it would have given. */
export type UnknownPolicy = 'stop' | 'recorded' | 'example';
/** What was taken for what can't be known. */
export type Assumed = 'recorded' | 'given' | 'example';

export interface ReplayOptions {
  readonly unknown: UnknownPolicy;
  /** What steps that can't be known give, by their places or keys. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Asked before each step: whether there is time for it. */
  readonly mayGoOn?: () => boolean;
}

/** Why a replay has no outcome for a step. */
export interface UnknownStep {
  readonly why: string;
  readonly assumed: Assumed | null;
  /** What it would ask for. */
  readonly input: unknown;
}

export type ReplayFrom = 'recorded' | 'assumed';

export interface Replay {
  /** How the execution ended, or is about to: one that has passed its last step and is not yet written as ended. */
  readonly recordedEnd: DryEnding | null;
  readonly result: DryRunResult<ReplayFrom>;
  /** By their places. */
  readonly unknown: ReadonlyMap<string, UnknownStep>;
  /** Why it came to no end. Open: the execution is at this step. Interrupted: it was cancelled, or out of time, there. Time: the replay took too long. */
  readonly halt: 'open' | 'interrupted' | 'unknown' | 'time' | null;
}

/**
 * Goes the way of a recorded execution again, with a changed workflow: the same input, records, moments and random
 * values. What a step that touches the outside gave then stands for what it gives, as long as it asks for the same.
 */
export async function replay(
  recorded: RecordedExecution,
  own: RunnableWorkflow,
  changed: RunnableWorkflow,
  options: ReplayOptions,
): Promise<Replay> {
  const trace = await retrace(recorded, own);
  return new Replayer(recorded, trace, changed, options).run();
}

interface Trace {
  /** What steps asked for whose outcome may be taken, by place. */
  readonly asks: ReadonlyMap<string, Ask>;
  /** Where the record ends without an end of the workflow: what was under way, or was interrupted, there. */
  readonly openPlace: string | null;
  readonly end: DryEnding | null;
}

/** Follows the record with its own version, to learn what its steps asked for. */
async function retrace(recorded: RecordedExecution, own: RunnableWorkflow): Promise<Trace> {
  const steps = byPlace(recorded);
  const asks = new Map<string, Ask>();
  const settle = async (seen: SeenStep): Promise<Settlement<ReplayFrom>> => {
    const one = steps.get(seen.place);
    const outcome = one === undefined || isCutOff(recorded, one) ? null : outcomeOf(one);
    if (one === undefined || outcome === null) return { kind: 'halts' };
    if (mayBeTaken(seen.step, one)) asks.set(seen.place, await askOf(own.program, own.bindings, seen));
    return { kind: 'gives', outcome, input: one.input, from: 'recorded' };
  };
  const { haltedAt, end } = await dryRun({ ...worldOf(recorded, steps), ...own, settle });
  return { asks, openPlace: haltedAt?.place ?? null, end: recorded.end ?? end };
}

class Replayer {
  readonly #recorded: RecordedExecution;
  readonly #steps: ReadonlyMap<string, RecordedStep>;
  readonly #trace: Trace;
  readonly #changed: RunnableWorkflow;
  readonly #options: ReplayOptions;
  readonly #unknown = new Map<string, UnknownStep>();
  #halt: Replay['halt'] = null;

  constructor(recorded: RecordedExecution, trace: Trace, changed: RunnableWorkflow, options: ReplayOptions) {
    this.#recorded = recorded;
    this.#steps = byPlace(recorded);
    this.#trace = trace;
    this.#changed = changed;
    this.#options = options;
  }

  async run(): Promise<Replay> {
    const { mayGoOn } = this.#options;
    const result = await dryRun({
      ...worldOf(this.#recorded, this.#steps),
      ...this.#changed,
      settle: (seen) => this.#settle(seen),
      ...(mayGoOn !== undefined && { mayGoOn }),
    });
    const isOut = result.end === null && this.#halt === null;
    const halt = isOut ? 'time' : this.#halt;
    return { recordedEnd: this.#trace.end, result, unknown: this.#unknown, halt };
  }

  async #settle(seen: SeenStep): Promise<Settlement<ReplayFrom> | null> {
    const { step, place } = seen;
    const { program, bindings } = this.#changed;
    if (place === this.#trace.openPlace) {
      this.#halt = this.#recorded.end === null ? 'open' : 'interrupted';
      return { kind: 'halts' };
    }
    const one = this.#steps.get(place);
    if (isInside(step) && (one === undefined || !mayBeTaken(step, one))) return null;
    const ask = await askOf(program, bindings, seen);
    const before = this.#trace.asks.get(place);
    const outcome = one === undefined || one.kind !== step.kind ? null : outcomeOf(one);
    if (one !== undefined && outcome !== null && before !== undefined && isSameAsk(ask, before)) {
      return { kind: 'gives', outcome, input: one.input, from: 'recorded' };
    }
    if (isInside(step)) return null;
    const refusal = ask.error ?? refusalOf(this.#changed, step, ask.values);
    if (refusal !== null) {
      return { kind: 'gives', outcome: { state: 'failed', error: refusal }, input: null, from: 'worked_out' };
    }
    return this.#assume(seen, ask, one, outcome);
  }

  #assume(
    { step, place }: SeenStep,
    ask: Ask,
    one: RecordedStep | undefined,
    recorded: StepOutcome | null,
  ): Settlement<ReplayFrom> {
    const input = step.kind === 'action' || step.kind === 'call' ? ask.values : null;
    const assumption = this.#assumption(step, place, recorded);
    this.#unknown.set(place, { why: whyUnknown(step, one), assumed: assumption?.assumed ?? null, input });
    if (assumption !== null) return { kind: 'gives', outcome: assumption.outcome, input, from: 'assumed' };
    this.#halt = 'unknown';
    return { kind: 'halts' };
  }

  #assumption(
    step: Step,
    place: string,
    recorded: StepOutcome | null,
  ): { readonly assumed: Assumed; readonly outcome: StepOutcome } | null {
    const { outputs, unknown } = this.#options;
    const given = givenOutput(outputs, step.key, place);
    if (given !== undefined) return { assumed: 'given', outcome: { state: 'succeeded', output: given } };
    if (unknown === 'stop') return null;
    if (recorded !== null) return { assumed: 'recorded', outcome: recorded };
    if (unknown === 'recorded') return null;
    const output = exampleOf(outputTypeOf(step, this.#changed.surroundings));
    return { assumed: 'example', outcome: { state: 'succeeded', output } };
  }
}

/** What was given for a step: for its place, else for its key. */
export function givenOutput(outputs: Readonly<Record<string, unknown>>, key: string, place: string): unknown {
  const name = [place, key].find((one) => Object.hasOwn(outputs, one));
  return name === undefined ? undefined : (outputs[name] ?? null);
}

/** Why an action or a call would fail before it is asked: the executor says the same. */
export function refusalOf(
  { bindings, surroundings }: Pick<RunnableWorkflow, 'bindings' | 'surroundings'>,
  step: Step,
  input: unknown,
): StepError | null {
  if (step.kind !== 'action') return null;
  const fault = 'user';
  if (bindings[step.connection] === undefined) {
    const message = `no connection fills the slot "${step.connection}"`;
    return { code: 'connection_missing', message, fault };
  }
  const action = surroundings.actions.get(step.connection)?.find(({ key }) => key === step.action);
  if (action === undefined) {
    const message = `the app of this connection has no action "${step.action}"`;
    return { code: 'workflow_invalid', message, fault };
  }
  try {
    checkFields(action.input, input, 'input');
    return null;
  } catch (error) {
    return errorOf(error);
  }
}

function whyUnknown(step: Step, one: RecordedStep | undefined): string {
  if (one === undefined) return 'the execution never came to this step';
  if (one.kind !== step.kind) return `in the execution this step was of another kind: ${one.kind}`;
  return 'it asks for something else than it did in the execution';
}

function isSameAsk(a: Ask, b: Ask): boolean {
  return sameValue(a.does, b.does) && sameValue(a.values, b.values) && sameValue(a.error, b.error);
}

/** Steps whose recorded outcome stands for what they give; all others are worked out. */
function mayBeTaken(step: Step, { reused, error }: RecordedStep): boolean {
  // What a platform failed at says nothing of the workflow; what was taken over was worked out elsewhere.
  return !isInside(step) || reused || error?.fault === 'platform';
}

function outcomeOf({ state, output, branch, error }: RecordedStep): StepOutcome | null {
  if (state === 'succeeded') return { state, output, branch: branch ?? undefined };
  return state === 'failed' && error !== null ? { state, error } : null;
}

/** The time of the whole execution was over while it was at this step: not a failure of the step's own. */
function isCutOff({ end }: RecordedExecution, { state, error, place }: RecordedStep): boolean {
  const code = 'execution_timeout';
  return state === 'failed' && error?.code === code && end?.error?.code === code && end.endedIn === place;
}

function byPlace({ steps }: RecordedExecution): ReadonlyMap<string, RecordedStep> {
  return new Map(steps.map((step) => [step.place, step]));
}

function worldOf(
  { id, cause, startedAt, inputs, variables }: RecordedExecution,
  steps: ReadonlyMap<string, RecordedStep>,
): Pick<DryRunOptions<ReplayFrom>, 'execution' | 'inputs' | 'variables' | 'momentsOf'> {
  return {
    execution: { id, startedAt, cause },
    inputs,
    variables,
    momentsOf: (place) => steps.get(place) ?? null,
  };
}
