import type { NextStep, StepError, StepOutcome } from './course.ts';
import type { DryEnding, DryStep } from './dry-run.ts';
import type { Assumed, RecordedExecution, RecordedStep, Replay, ReplayFrom } from './replay.ts';
import { differencesOf } from './same-value.ts';
import type { Difference } from './same-value.ts';

/** How a step run of the record and its replay stand to each other. Open: the execution is still at this step. */
export type StepVerdict = 'same' | 'different' | 'only_recorded' | 'only_replayed' | 'unknown' | 'open';

/** Unknown: nothing differs as far as it can be known, and something can't be known. */
export type ReplayVerdict = 'same' | 'different' | 'unknown';

export interface StepView {
  readonly state: RecordedStep['state'] | 'unknown';
  readonly branch: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: StepError | null;
}

export interface ComparedStep {
  readonly place: string;
  readonly kind: string;
  readonly verdict: StepVerdict;
  readonly why: string | null;
  readonly assumed: Assumed | null;
  readonly differences: readonly Difference[];
  readonly recorded: StepView | null;
  readonly replayed: StepView | null;
}

export interface ReplayComparison {
  readonly verdict: ReplayVerdict;
  /** In the order of the replay; what only the record has stands where it was. */
  readonly steps: readonly ComparedStep[];
  readonly end: {
    readonly isSame: boolean;
    readonly recorded: DryEnding | null;
    readonly replayed: DryEnding | null;
    readonly differences: readonly Difference[];
  };
}

/** Differences of one step that are told. */
const DIFFERENCES_MOST = 20;

/**
 * Holds a replay against its record, step by step.
 * @param redact hides the execution's protected values: in what is shown, and where history has them hidden already
 */
export function compareReplay(
  recorded: RecordedExecution,
  replayed: Replay,
  redact: (value: unknown) => unknown,
): ReplayComparison {
  const steps = new Comparison(recorded, replayed, redact).steps();
  const end = compareEnds(replayed, redact);
  const isDifferent =
    end.differences.length > 0 ||
    steps.some(({ verdict }) => verdict !== 'same' && verdict !== 'unknown' && verdict !== 'open');
  const isUnknown =
    replayed.halt === 'unknown' ||
    replayed.halt === 'time' ||
    steps.some(({ verdict }) => verdict === 'unknown');
  return { verdict: isDifferent ? 'different' : isUnknown ? 'unknown' : 'same', steps, end };
}

class Comparison {
  readonly #recorded: readonly RecordedStep[];
  readonly #replayed: Replay;
  readonly #redact: (value: unknown) => unknown;
  /** Those that the replay has come to. */
  readonly #reached: ReadonlySet<string>;
  readonly #found: ComparedStep[] = [];
  #passed = 0;

  constructor({ steps }: RecordedExecution, replayed: Replay, redact: (value: unknown) => unknown) {
    this.#recorded = steps;
    this.#replayed = replayed;
    this.#redact = redact;
    const { steps: again, haltedAt } = replayed.result;
    this.#reached = new Set([
      ...again.map(({ place }) => place),
      ...(haltedAt === null ? [] : [haltedAt.place]),
    ]);
  }

  steps(): readonly ComparedStep[] {
    const byPlace = new Map(this.#recorded.map((step) => [step.place, step]));
    const { steps, haltedAt } = this.#replayed.result;
    for (const step of steps) this.#add(step, byPlace.get(step.place));
    if (haltedAt !== null) this.#addHalted(haltedAt, byPlace.get(haltedAt.place));
    this.#passTo(null);
    return this.#found;
  }

  #say(step: Pick<ComparedStep, 'place' | 'kind' | 'verdict'> & Partial<ComparedStep>): void {
    const shown = (view: StepView | null): StepView | null =>
      view === null ? null : { ...view, input: this.#redact(view.input), output: this.#redact(view.output) };
    const full = { ...NOTHING, ...step };
    const differences = full.differences.map((one) => redacted(one, this.#redact));
    this.#found.push({
      ...full,
      differences,
      recorded: shown(full.recorded),
      replayed: shown(full.replayed),
    });
  }

  /** Tells of what only the record has, up to this place; null: up to its end. */
  #passTo(place: string | null): void {
    const { halt } = this.#replayed;
    const isCut = halt === 'unknown' || halt === 'time';
    for (; this.#passed < this.#recorded.length; this.#passed += 1) {
      const one = this.#recorded[this.#passed];
      if (one === undefined || one.place === place) break;
      if (this.#reached.has(one.place)) continue;
      const verdict = isCut ? 'unknown' : 'only_recorded';
      const why = isCut ? 'the replay ended before it' : null;
      this.#say({ place: one.place, kind: one.kind, verdict, why, recorded: this.#viewOf(one) });
    }
  }

  #add({ place, step: { kind }, input, outcome }: DryStep<ReplayFrom>, one: RecordedStep | undefined): void {
    if (one !== undefined) this.#passTo(place);
    const about = this.#replayed.unknown.get(place);
    const replayed = this.#viewOfOutcome(kind, input, outcome);
    const recorded = one === undefined ? null : this.#viewOf(one);
    const base = { place, kind, recorded, replayed };
    if (about !== undefined) {
      const { why, assumed } = about;
      const differences =
        recorded === null ? [] : differencesOf(recorded.input, replayed.input, 'input', DIFFERENCES_MOST);
      this.#say({ ...base, verdict: 'unknown', why, assumed, differences });
    } else if (one === undefined || recorded === null) this.#say({ ...base, verdict: 'only_replayed' });
    else {
      const differences = differencesOf(
        { kind: one.kind, ...recorded, error: withoutHint(recorded.error) },
        { kind, ...replayed, error: withoutHint(replayed.error) },
        '',
        DIFFERENCES_MOST,
      );
      if (differences.length > 0) this.#say({ ...base, verdict: 'different', differences });
      else this.#say({ place, kind, verdict: 'same' });
    }
  }

  #addHalted({ place, step: { kind } }: NextStep, one: RecordedStep | undefined): void {
    if (one !== undefined) this.#passTo(place);
    const about = this.#replayed.unknown.get(place);
    const recorded = one === undefined ? null : this.#viewOf(one);
    const { halt } = this.#replayed;
    if (about !== undefined) {
      const replayed = {
        ...this.#viewOfOutcome(kind, about.input, GIVES_NOTHING),
        state: 'unknown',
      } as const;
      this.#say({ place, kind, verdict: 'unknown', why: about.why, recorded, replayed });
    } else if (halt === 'time') {
      this.#say({ place, kind, verdict: 'unknown', why: 'the replay took too long', recorded });
    } else if (one !== undefined) {
      const isOpen = halt === 'open';
      this.#say({
        place,
        kind,
        verdict: isOpen ? 'open' : 'same',
        why: isOpen ? AT_IT : ENDED_FROM_OUTSIDE,
        recorded,
      });
    }
  }

  #viewOf({ state, branch, input, output, error, kind }: RecordedStep): StepView {
    return {
      state,
      branch,
      input: inputOf(kind, input),
      // A bulk step that failed keeps its counts, and an action that is tried again the error of the attempt before.
      output: state === 'succeeded' ? (output ?? null) : null,
      error: state === 'failed' ? error : null,
    };
  }

  #viewOfOutcome(kind: string, input: unknown, outcome: StepOutcome): StepView {
    const shown = {
      state: outcome.state,
      branch: null,
      input: inputOf(kind, input),
      output: null,
      error: null,
    };
    if (outcome.state === 'failed') return { ...shown, error: redactError(outcome.error, this.#redact) };
    return { ...shown, branch: outcome.branch ?? null, output: outcome.output ?? null };
  }
}

const NOTHING = { why: null, assumed: null, differences: [], recorded: null, replayed: null } as const;
const GIVES_NOTHING = { state: 'succeeded', output: null } as const;
const AT_IT = 'the execution is at this step';
const ENDED_FROM_OUTSIDE = 'the execution was ended at this step from outside: cancelled, or out of time';

function compareEnds(
  { recordedEnd: recorded, result, halt }: Replay,
  redact: (value: unknown) => unknown,
): ReplayComparison['end'] {
  // Whoever ended it would have ended it there again.
  const replayed = halt === 'interrupted' ? recorded : redactEnd(result.end, redact);
  if (replayed === null) return { isSame: halt === 'open', recorded, replayed, differences: [] };
  const differences = differencesOf(endOf(recorded), endOf(replayed), '', DIFFERENCES_MOST);
  return { isSame: differences.length === 0, recorded, replayed, differences };
}

function endOf(end: DryEnding | null): unknown {
  return end === null ? { state: 'under way' } : { ...end, error: withoutHint(end.error) };
}

function redactEnd(end: DryEnding | null, redact: (value: unknown) => unknown): DryEnding | null {
  if (end === null) return null;
  const error = end.error === null ? null : redactError(end.error, redact);
  return { ...end, output: redact(end.output), error };
}

function redacted({ path, recorded, replayed }: Difference, redact: (value: unknown) => unknown): Difference {
  return { path, recorded: redact(recorded), replayed: redact(replayed) };
}

function redactError(error: StepError, redact: (value: unknown) => unknown): StepError {
  const message = redact(error.message);
  return typeof message === 'string' ? { ...error, message } : error;
}

/** A hint may be worded better by now. */
function withoutHint(error: StepError | null): unknown {
  if (error === null) return null;
  const { code, message, fault } = error;
  return { code, message, fault };
}

/** Which execution was called is no input of it. */
function inputOf(kind: string, input: unknown): unknown {
  if (kind !== 'call' || typeof input !== 'object' || input === null) return input ?? null;
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'execution'));
}
