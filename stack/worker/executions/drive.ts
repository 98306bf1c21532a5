import type { CourseEnd, NextStep, StepError } from '@middle/core/workflow/course.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import { errorOf, withinSize } from '@middle/core/workflow/step-outcome.ts';
import { mayPass } from '@middle/store/database-errors.ts';
import type { LoggedStep } from '@middle/store/executions/load.ts';
import type { ExecutionEnding, StepRunRow } from '@middle/store/executions/commit.ts';
import type { Commitment } from './committer.ts';
import { deadlineOf, scopeOf, seedOf, stopOf, TIMEOUT_ERROR } from './live.ts';
import type { LiveExecution } from './live.ts';
import type { StepDeps, StepResult, StepRun } from './steps/step.ts';

export interface DriveDeps extends StepDeps {
  /** Runs one step by its kind. */
  runStep(run: StepRun): Promise<StepResult>;
  /** What an execution has begun, and what is under way still, is cancelled. */
  cancelParts(executionId: string): Promise<void>;
  /** Seals an execution's true values beside the shown ones. */
  seal(executionId: string, values: unknown): Promise<Uint8Array>;
}

/** How this process came to be done with an execution. */
export type Driven = 'ended' | 'waiting' | 'lost' | 'let_go';

/** Runs an execution step by step until it ends, waits, or has to be let go. Each outcome is committed before the next step. */
export async function drive(deps: DriveDeps, live: LiveExecution): Promise<Driven> {
  return new Drive(deps, live).run();
}

class Drive {
  readonly #deps: DriveDeps;
  readonly #live: LiveExecution;
  #sequence: number;
  #begun: LoggedStep | null;
  /** What is written of the step that is under way; what is written next keeps it. */
  #written: Partial<StepRunRow>;
  #queuedAt: Date;
  readonly #deadline: Date;

  constructor(deps: DriveDeps, live: LiveExecution) {
    this.#deps = deps;
    this.#live = live;
    this.#begun = live.begun;
    this.#written = live.begun === null ? {} : keptOf(live.begun);
    this.#sequence = live.sequence;
    this.#queuedAt = live.claimed.startedAt;
    this.#deadline = deadlineOf(live);
  }

  async run(): Promise<Driven> {
    const { course, stop } = this.#live;
    for (;;) {
      const next = course.next();
      if (next.kind === 'end') return this.#end(await this.#ending(next, this.#live.claimed.startedAt), []);
      if (stop.signal.aborted) return this.#halt(next);
      const startedAt = this.#begun?.startedAt ?? this.#deps.clock.now();
      const result = await this.#runStep(next, startedAt);
      const driven = await this.#take(next, startedAt, result);
      if (driven !== null) return driven;
    }
  }

  async #runStep(next: NextStep, startedAt: Date): Promise<StepResult> {
    try {
      return await this.#deps.runStep(this.#stepRun(next, startedAt));
    } catch (error) {
      // No fault of the step: the execution is let go and goes on from its log.
      if (mayPass(error)) throw error;
      return { kind: 'outcome', outcome: { state: 'failed', error: errorOf(error) } };
    }
  }

  #stepRun(next: NextStep, startedAt: Date): StepRun {
    const seed = seedOf(this.#live, next);
    const { program } = this.#live;
    return {
      deps: this.#deps,
      live: this.#live,
      next,
      begun: this.#begun,
      queuedAt: this.#queuedAt,
      startedAt,
      evaluate: (source, more, salt = '') =>
        program.evaluate(
          { step: next.step.key },
          source,
          { ...scopeOf(this.#live), ...more },
          {
            now: startedAt,
            seed: `${seed}:${salt}`,
          },
        ),
      begin: async (row, more) => {
        this.#written = { ...this.#written, ...row };
        const step = await this.#row(next, startedAt, { ...this.#written, state: 'running' });
        return this.#commit([step], { kind: 'go_on' }, more);
      },
    };
  }

  /** Commits what a step gave; null when the execution goes on here. */
  async #take(next: NextStep, startedAt: Date, result: StepResult): Promise<Driven | null> {
    const { course, stop } = this.#live;
    if (result.kind === 'lost') return stop.signal.aborted ? this.#halt(next) : 'lost';
    const ranAt = this.#deps.clock.now();
    const row = { ranAt, ...result.row };
    if (result.kind === 'wait') {
      const step = await this.#row(next, startedAt, { ...this.#written, ...row, state: 'waiting' });
      // Woken at its time limit at the latest: then it has failed, whatever it waits for.
      const until = result.until < this.#deadline ? result.until : this.#deadline;
      const record = result.record ?? null;
      const isMine = await this.#commit([step], { kind: 'wait', until, record }, result.with);
      return isMine ? 'waiting' : 'lost';
    }
    const outcome = withinSize(result.outcome);
    const { state } = outcome;
    const given =
      state === 'succeeded'
        ? { output: outcome.output, branch: outcome.branch ?? null, error: null }
        : { error: outcome.error };
    const step = await this.#row(next, startedAt, { ...this.#written, ...given, ...row, state });
    course.settle(outcome);
    this.#begun = null;
    this.#written = {};
    const after = course.next();
    if (after.kind === 'end') return this.#end(await this.#ending(after, ranAt), [step], result.with);
    if (!(await this.#commit([step], { kind: 'go_on' }, result.with))) return 'lost';
    this.#sequence += 1;
    this.#queuedAt = this.#deps.clock.now();
    return null;
  }

  /** Someone cancelled it, its time is over, or this process has to let it go. */
  async #halt(next: NextStep): Promise<Driven> {
    const stop = stopOf(this.#live.stop.signal);
    if (stop.kind === 'let_go') return 'let_go';
    if (stop.kind === 'timeout') await this.#deps.cancelParts(this.#live.claimed.id);
    const startedAt = this.#begun?.startedAt ?? this.#deps.clock.now();
    const error = stop.kind === 'timeout' ? TIMEOUT_ERROR : null;
    const step = await this.#row(next, startedAt, {
      ...this.#written,
      state: error === null ? 'cancelled' : 'failed',
      error,
      ranAt: this.#deps.clock.now(),
    });
    const state = error === null ? 'cancelled' : 'failed';
    return this.#end({ state, output: null, error, endedIn: next.place, steps: null }, [step]);
  }

  /** @param now when the last step had run, which is kept: a replay works the output out at the same moment */
  async #ending(end: CourseEnd, now: Date): Promise<ExecutionEnding> {
    const { definition } = this.#live;
    const ended = { endedIn: end.at, steps: null };
    if (end.outcome === 'failed') return { ...ended, state: 'failed', output: null, error: end.error };
    try {
      const mapping = Object.fromEntries(definition.output.map(({ key, value }) => [key, value]));
      const seed = `${this.#live.claimed.id}:output`;
      const output = await evaluateAll(mapping, (source, name) =>
        this.#live.program.evaluate('output', source, scopeOf(this.#live), { now, seed: `${seed}:${name}` }),
      );
      return { ...ended, state: 'succeeded', output, error: null };
    } catch (error) {
      if (mayPass(error)) throw error;
      return { ...ended, state: 'failed', output: null, error: errorOf(error), endedIn: 'output' };
    }
  }

  async #end(
    ending: ExecutionEnding,
    steps: readonly StepRunRow[],
    more: Partial<Commitment> = {},
  ): Promise<Driven> {
    const { redactor } = this.#live;
    const end = {
      ...ending,
      output: redactor.redact(ending.output),
      error: redactError(this.#live, ending.error),
      steps: this.#sequence + steps.length - 1,
    };
    return (await this.#commit(steps, { kind: 'end', end }, more)) ? 'ended' : 'lost';
  }

  async #row(
    next: NextStep,
    startedAt: Date,
    row: Partial<StepRunRow> & Pick<StepRunRow, 'state'>,
  ): Promise<StepRunRow> {
    const { redactor, claimed } = this.#live;
    const input = redactor.redact(row.input);
    const output = redactor.redact(row.output);
    const isHidden = input !== row.input || output !== row.output;
    return {
      sequence: this.#sequence,
      place: next.place,
      kind: next.step.kind,
      queuedAt: this.#queuedAt,
      startedAt,
      ...row,
      input,
      output,
      sealed: isHidden
        ? await this.#deps.seal(claimed.id, { input: row.input, output: row.output })
        : (row.sealed ?? null),
      error: redactError(this.#live, row.error ?? null),
    };
  }

  async #commit(
    steps: readonly StepRunRow[],
    next: Commitment['next'],
    more: Partial<Commitment> = {},
  ): Promise<boolean> {
    const { id, fence } = this.#live.claimed;
    return this.#deps.committer.commit({ ...more, id, fence, steps, next });
  }
}

/** What a step run that goes on keeps of what was written before. */
function keptOf(begun: LoggedStep): Partial<StepRunRow> {
  const { attempts, input, sealed, tried, invocationId, queuedAt } = begun;
  return { attempts, input, sealed, tried, invocationId, queuedAt };
}

function redactError({ redactor }: LiveExecution, error: StepError | null): StepError | null {
  if (error === null) return null;
  const message = redactor.redact(error.message);
  return typeof message === 'string' ? { ...error, message } : error;
}
