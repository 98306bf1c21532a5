import type { EachStep, Step } from './definition.ts';
import { EXECUTION_MAX_BYTES, STEP_RUNS_MAX } from './definition.ts';
import { blocksOf } from './tree.ts';

/**
 * The way an execution takes through its workflow. It is told each step's outcome and says which step comes next;
 * it does nothing itself, so the same outcomes always lead to the same place: after a crash, on another worker, when
 * an execution is run again from a step, and when it is replayed.
 */
export class Course {
  readonly #root: Frame;
  /** The blocks that the execution is in, innermost last. */
  readonly #blocks: Frame[] = [];
  readonly #variables: Map<string, unknown>;
  readonly #inputs: Readonly<Record<string, unknown>>;
  #stepRuns = 0;
  #bytes = 0;
  #end: CourseEnd | null = null;

  /**
   * @param inputs by key, as they were accepted
   * @param variables their initial values, by key
   */
  constructor(
    steps: readonly Step[],
    inputs: Readonly<Record<string, unknown>>,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#root = frameOf(steps, null);
    this.#inputs = inputs;
    this.#variables = new Map(Object.entries(variables));
    this.#bytes = bytesOf(inputs) + bytesOf(variables);
  }

  /** The next step and what its expressions see, or how the execution ended. The same until that step is settled. */
  next(): NextStep | CourseEnd {
    if (this.#end !== null) return this.#end;
    for (;;) {
      const frame = this.#current();
      const step = frame.steps[frame.index];
      if (step !== undefined) return this.#ready(step);
      if (frame === this.#root)
        return this.#finish({ kind: 'end', outcome: 'succeeded', error: null, at: null });
      this.#leave();
    }
  }

  /** What a workflow's output expressions see once it has ended. */
  scope(): CourseScope {
    const steps: Record<string, StepValue> = {};
    for (const { values } of [this.#root, ...this.#blocks])
      for (const [key, value] of values) steps[key] = value;
    const turn = this.#blocks.findLast(({ turns }) => turns !== null)?.turns ?? null;
    return {
      inputs: this.#inputs,
      variables: Object.fromEntries(this.#variables),
      steps,
      ...(turn === null ? {} : { item: turn.items[turn.index], index: turn.index }),
    };
  }

  /** Notes the outcome of the step that next() named. */
  settle(outcome: StepOutcome): void {
    const next = this.next();
    if (next.kind === 'end') return;
    this.#stepRuns += 1;
    if (outcome.state === 'failed') this.#fail(next.step, outcome.error, next.place);
    else this.#succeed(next.step, outcome, next.place);
    if (this.#end === null) this.#checkLimits(next.place);
  }

  #ready(step: Step): NextStep {
    const turns = this.#blocks.flatMap(({ turns: of }) => (of === null ? [] : [of.index]));
    return { kind: 'step', step, place: placeOf(step.key, turns) };
  }

  #succeed(step: Step, { output, branch }: Succeeded, place: string): void {
    const frame = this.#current();
    frame.index += 1;
    if (step.kind === 'stop') {
      this.#finish({
        kind: 'end',
        outcome: step.outcome,
        error: stopError(step.outcome, output),
        at: place,
      });
      return;
    }
    if (step.kind === 'set') this.#setVariable(step.variable, output);
    else if (step.kind !== 'each') this.#keep(frame, step.key, { output, error: null });
    if (step.kind === 'each') this.#enterEach(step, output);
    else if (branch !== undefined) this.#enter(step, branch);
  }

  /**
   * A failure goes outward to the nearest step with something to do on an error: the failed step itself, or one that
   * it is within. A for each that goes on after an item's failure stops it too.
   */
  #fail(step: Step, error: StepError, place: string): void {
    const frame = this.#current();
    frame.index += 1;
    if (this.#handle(frame, step, error)) return;
    for (let left = this.#drop(); left !== undefined; left = this.#drop()) {
      if (left.turns?.step.onItemError === 'continue') {
        this.#nextTurn(left.turns, true);
        return;
      }
      // A failure within what an error led to isn't led there again.
      if (left.owner !== null && !left.isErrorBlock && this.#handle(this.#current(), left.owner, error))
        return;
    }
    this.#finish({ kind: 'end', outcome: 'failed', error, at: place });
  }

  #handle(frame: Frame, step: Step, error: StepError): boolean {
    if (step.kind === 'stop' || step.onError === null) return false;
    this.#keep(frame, step.key, { output: null, error });
    this.#enter(step, 'onError');
    return true;
  }

  #enter(step: Step, branch: string): void {
    const steps = blocksOf(step).find(({ name }) => name === branch)?.steps ?? [];
    this.#blocks.push({ ...frameOf(steps, step), isErrorBlock: branch === 'onError' });
  }

  #enterEach(step: EachStep, output: unknown): void {
    const items: readonly unknown[] = Array.isArray(output) ? output : [];
    this.#bytes += bytesOf(items);
    this.#turn({ step, items, index: 0, failed: 0 });
  }

  /** Begins the turn's item, or ends the for each when there is none left. */
  #turn(turns: Turns): void {
    if (turns.index < turns.items.length) {
      this.#blocks.push({ ...frameOf(turns.step.block, turns.step), turns });
      return;
    }
    this.#bytes -= bytesOf(turns.items);
    const output = { count: turns.items.length, failed: turns.failed };
    this.#keep(this.#current(), turns.step.key, { output, error: null });
  }

  #nextTurn(turns: Turns, failed: boolean): void {
    this.#turn({ ...turns, index: turns.index + 1, failed: turns.failed + (failed ? 1 : 0) });
  }

  #leave(): void {
    const turns = this.#drop()?.turns;
    if (turns !== null && turns !== undefined) this.#nextTurn(turns, false);
  }

  /** What a block's steps gave is seen within the block only, so it can be forgotten with it. */
  #drop(): Frame | undefined {
    const frame = this.#blocks.pop();
    if (frame !== undefined) for (const value of frame.values.values()) this.#bytes -= bytesOf(value);
    return frame;
  }

  #keep(frame: Frame, key: string, value: StepValue): void {
    const before = frame.values.get(key);
    this.#bytes += bytesOf(value) - (before === undefined ? 0 : bytesOf(before));
    frame.values.set(key, value);
  }

  #setVariable(key: string, value: unknown): void {
    this.#bytes += bytesOf(value) - bytesOf(this.#variables.get(key) ?? null);
    this.#variables.set(key, value);
  }

  #current(): Frame {
    return this.#blocks.at(-1) ?? this.#root;
  }

  #checkLimits(at: string): void {
    const over =
      this.#stepRuns >= STEP_RUNS_MAX
        ? `it ran ${STEP_RUNS_MAX.toLocaleString('en')} steps, the most of one execution`
        : this.#bytes > EXECUTION_MAX_BYTES
          ? `it holds ${this.#bytes.toLocaleString('en')} bytes of data, over the ${EXECUTION_MAX_BYTES.toLocaleString('en')} of one execution`
          : null;
    if (over === null) return;
    const error = { code: 'execution_limit', message: over, fault: 'user' } as const;
    this.#finish({ kind: 'end', outcome: 'failed', error, at });
  }

  #finish(end: CourseEnd): CourseEnd {
    this.#end = end;
    return end;
  }
}

export interface NextStep {
  readonly kind: 'step';
  readonly step: Step;
  /** The step's key, and which items of the for eachs around it: `notify`, `notify[3]`, `notify[3][0]`. Unique in an execution. */
  readonly place: string;
}

export interface CourseEnd {
  readonly kind: 'end';
  readonly outcome: 'succeeded' | 'failed';
  readonly error: StepError | null;
  /** The place that ended it; null when the last step was passed. */
  readonly at: string | null;
}

export interface StepError {
  readonly code: string;
  readonly message: string;
  readonly fault: 'user' | 'developer' | 'operator' | 'platform';
  readonly hint?: string | undefined;
}

export interface Succeeded {
  readonly state: 'succeeded';
  /** Of a for each: its items. Of set: the value. */
  readonly output: unknown;
  /** The block to go on with: whenTrue, whenFalse, otherwise, a case's key, onDeadline. */
  readonly branch?: string | undefined;
}

export type StepOutcome = Succeeded | { readonly state: 'failed'; readonly error: StepError };

/** What expressions see of a step that has ended. */
export interface StepValue {
  readonly output: unknown;
  readonly error: StepError | null;
}

export interface CourseScope {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly steps: Readonly<Record<string, StepValue>>;
  /** Within a for each. */
  readonly item?: unknown;
  readonly index?: number;
}

interface Turns {
  readonly step: EachStep;
  readonly items: readonly unknown[];
  readonly index: number;
  readonly failed: number;
}

interface Frame {
  readonly steps: readonly Step[];
  /** The step whose block this is; null for the workflow's own. */
  readonly owner: Step | null;
  readonly isErrorBlock: boolean;
  readonly turns: Turns | null;
  readonly values: Map<string, StepValue>;
  index: number;
}

function frameOf(steps: readonly Step[], owner: Step | null): Frame {
  return { steps, owner, isErrorBlock: false, turns: null, values: new Map(), index: 0 };
}

export function placeOf(key: string, turns: readonly number[]): string {
  return `${key}${turns.map((turn) => `[${turn}]`).join('')}`;
}

function stopError(outcome: 'succeeded' | 'failed', message: unknown): StepError | null {
  if (outcome === 'succeeded') return null;
  const text = typeof message === 'string' && message !== '' ? message : 'the workflow stopped it';
  return { code: 'execution_stopped', message: text, fault: 'user' };
}

function bytesOf(value: unknown): number {
  return value === undefined || value === null ? 4 : JSON.stringify(value).length;
}
