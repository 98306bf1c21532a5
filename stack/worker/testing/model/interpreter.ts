import { MODULUS } from './workflow.ts';
import type { ModelStep, ModelWorkflow, Sum } from './workflow.ts';

/** What the outside answers to an attempt: a function of what it was asked, so that model and engine meet the same. */
export interface OutsideAnswer {
  /** It did what it was asked, whatever it says. */
  readonly hasEffect: boolean;
  readonly answer: { readonly v: number } | { readonly code: string };
}

export interface Asked {
  readonly name: string;
  readonly v: number;
  readonly n: number;
}

export function outsideAnswer(seed: number, { name, v, n }: Asked, attempt: number): OutsideAnswer {
  const roll = hash(`${seed}:${name}:${v}:${n}`);
  const answer = { v: roll % 100 };
  const kind = (roll >>> 8) % 10;
  if (kind < 5) return { hasEffect: true, answer };
  // Passes after one to three attempts; some did it although they say that they didn't.
  if (kind < 8) {
    const isOver = attempt > 1 + ((roll >>> 16) % 3);
    return isOver
      ? { hasEffect: true, answer }
      : { hasEffect: kind === 7, answer: { code: kind === 5 ? 'rate_limited' : 'egress_failed' } };
  }
  return { hasEffect: false, answer: { code: kind === 8 ? 'function_memory' : 'function_error' } };
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 16_777_619);
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) >>> 0;
}

export interface Inputs {
  readonly n: number;
  readonly maybe: boolean | null;
  readonly list: readonly number[] | null;
}

export interface ModelRun {
  readonly state: 'succeeded' | 'failed';
  readonly code: string | null;
  readonly endedIn: string | null;
  readonly output: unknown;
  readonly log: readonly ModelRow[];
  /** The executions that its calls began, by place. */
  readonly called: ReadonlyMap<string, ModelRun>;
  /** Attempts and whether there is an effect, by the place of the action. */
  readonly acted: ReadonlyMap<string, { readonly attempts: number; readonly hasEffect: boolean }>;
}

export interface ModelRow {
  readonly place: string;
  readonly state: 'succeeded' | 'failed';
  readonly code: string | null;
  readonly branch: string | null;
  readonly output: unknown;
}

class Failed extends Error {
  readonly code: string;
  readonly place: string;
  constructor(code: string, place: string) {
    super(code);
    this.code = code;
    this.place = place;
  }
}
class Stopped extends Error {
  readonly outcome: 'succeeded' | 'failed';
  readonly place: string;
  constructor(outcome: 'succeeded' | 'failed', place: string) {
    super(outcome);
    this.outcome = outcome;
    this.place = place;
  }
}

/** What an execution must do, written the plain way: blocks are calls, failures are exceptions, nothing ever dies. */
export function runModel(
  workflows: readonly ModelWorkflow[],
  which: number,
  inputs: Inputs,
  seed: number,
): ModelRun {
  return new Interpreter(workflows, inputs, seed).run(workflows[which]?.steps ?? []);
}

type Step<Kind extends ModelStep['kind']> = Extract<ModelStep, { kind: Kind }>;

class Interpreter {
  readonly #workflows: readonly ModelWorkflow[];
  readonly #inputs: Inputs;
  readonly #seed: number;
  readonly #log: ModelRow[] = [];
  readonly #called = new Map<string, ModelRun>();
  readonly #acted = new Map<string, { attempts: number; hasEffect: boolean }>();
  #v: number | null;

  constructor(workflows: readonly ModelWorkflow[], inputs: Inputs, seed: number) {
    this.#workflows = workflows;
    this.#inputs = inputs;
    this.#seed = seed;
    this.#v = inputs.n;
  }

  run(steps: readonly ModelStep[]): ModelRun {
    const ended = this.#whole(steps);
    const output = ended.state === 'succeeded' ? { v: this.#v } : null;
    return { ...ended, output, log: this.#log, called: this.#called, acted: this.#acted };
  }

  #whole(steps: readonly ModelStep[]): Pick<ModelRun, 'state' | 'code' | 'endedIn'> {
    try {
      this.#block(steps, [], null);
      return { state: 'succeeded', code: null, endedIn: null };
    } catch (error) {
      if (error instanceof Failed) return { state: 'failed', code: error.code, endedIn: error.place };
      if (!(error instanceof Stopped)) throw error;
      const code = error.outcome === 'failed' ? 'execution_stopped' : null;
      return { state: error.outcome, code, endedIn: error.place };
    }
  }

  #block(steps: readonly ModelStep[], turns: readonly number[], item: number | null): void {
    for (const step of steps) {
      try {
        this.#step(step, turns, item);
      } catch (error) {
        if (!(error instanceof Failed) || step.onErrorSteps === null) throw error;
        this.#block(step.onErrorSteps, turns, item);
        this.#take(step, turns, null);
        continue;
      }
    }
  }

  #step(step: ModelStep, turns: readonly number[], item: number | null): void {
    const place = placeOf(step.key, turns);
    switch (step.kind) {
      case 'set':
        this.#v = this.#sum(step.sum, item);
        this.#note(place, this.#v);
        return;
      case 'decision':
        this.#decide(step, this.#v !== null && this.#v % step.divisor === 0, turns, item);
        return;
      case 'maybe':
        if (this.#inputs.maybe === null) this.#fail(place, 'expression_failed');
        this.#decide(step, this.#inputs.maybe, turns, item);
        return;
      case 'switch': {
        const value = this.#v === null ? null : this.#v % 3;
        const at = value === 0 ? 0 : value === 1 ? 1 : 2;
        this.#note(place, value, ['zero', 'one', 'otherwise'][at]);
        this.#block(step.inner[at] ?? [], turns, item);
        return;
      }
      case 'each':
        this.#each(step, place, turns);
        return;
      case 'wait':
        if (step.seconds === -1 || (step.seconds === 'v' && this.#v === null))
          this.#fail(place, 'expression_failed');
        this.#note(place, null);
        return;
      case 'action':
        this.#take(step, turns, this.#act(step, place));
        return;
      case 'call':
        this.#take(step, turns, this.#call(step, place));
        return;
      case 'stop':
        this.#note(place, null);
        throw new Stopped(step.outcome, place);
    }
  }

  #decide(step: ModelStep, isTrue: boolean, turns: readonly number[], item: number | null): void {
    this.#note(placeOf(step.key, turns), isTrue, isTrue ? 'whenTrue' : 'whenFalse');
    this.#block(step.inner[isTrue ? 0 : 1] ?? [], turns, item);
  }

  #each(step: Step<'each'>, place: string, turns: readonly number[]): void {
    const items = step.items === 'input' ? this.#inputs.list : step.items;
    if (items === null) this.#fail(place, 'expression_failed');
    this.#note(place, items);
    for (const [index, one] of items.entries()) {
      try {
        this.#block(step.inner[0] ?? [], [...turns, index], one);
      } catch (error) {
        if (!(error instanceof Failed) || !step.goesOn) throw error;
      }
    }
  }

  #act(step: Step<'action'>, place: string): number {
    const asked = { name: step.name, v: this.#v ?? -1, n: this.#inputs.n };
    let hasEffect = false;
    for (let attempt = 1; ; attempt += 1) {
      const { answer, hasEffect: now } = outsideAnswer(this.#seed, asked, attempt);
      hasEffect ||= now;
      this.#acted.set(place, { attempts: attempt, hasEffect });
      if ('v' in answer) {
        this.#note(place, answer);
        return answer.v;
      }
      const isWorthIt = step.codes?.includes(answer.code) ?? answer.code !== 'function_memory';
      if (attempt === step.attempts || !isWorthIt) this.#fail(place, answer.code);
    }
  }

  #call(step: Step<'call'>, place: string): number | null {
    const run = runModel(this.#workflows, step.workflow, { ...this.#inputs, n: this.#v ?? 3 }, this.#seed);
    this.#called.set(place, run);
    if (run.state === 'failed') this.#fail(place, 'workflow_failed');
    this.#note(place, run.output);
    return Object(run.output).v;
  }

  /** The set step that follows an action or a call which is to be taken. */
  #take(step: ModelStep, turns: readonly number[], value: number | null): void {
    if ((step.kind !== 'action' && step.kind !== 'call') || !step.takes) return;
    this.#v = this.#v === null || value === null ? null : (this.#v + value) % MODULUS;
    this.#note(placeOf(`${step.key}_taken`, turns), this.#v);
  }

  #sum(sum: Sum, item: number | null): number | null {
    if (sum.form === 'null' || this.#v === null) return null;
    if (sum.form === 'times') return (this.#v * sum.by) % MODULUS;
    return (this.#v + (sum.form === 'plus' ? sum.by : (item ?? 1))) % MODULUS;
  }

  #note(place: string, output: unknown, branch: string | null = null): void {
    this.#log.push({ place, state: 'succeeded', code: null, branch, output });
  }

  #fail(place: string, code: string): never {
    this.#log.push({ place, state: 'failed', code, branch: null, output: null });
    throw new Failed(code, place);
  }
}

function placeOf(key: string, turns: readonly number[]): string {
  return `${key}${turns.map((turn) => `[${turn}]`).join('')}`;
}
