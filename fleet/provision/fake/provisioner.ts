import { FleetError } from '../../core/errors.ts';
import type { Operation, OperationKind } from '../../core/operation.ts';
import type { ObservedStack } from '../../core/stack.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import type { Moment } from '../../core/time.ts';
import type { Version } from '../../core/version.ts';
import type { Provisioner } from '../port/provisioner.ts';
import { seeded } from './random.ts';
import type { Random } from './random.ts';
import { begun, ended, SUCCEEDED, unborn } from './stack-life.ts';
import type { Life, Outcome } from './stack-life.ts';

/** How often things go wrong by themselves, from 0 to 1. */
export interface Faults {
  /** An operation fails; half of the time trying again may help. */
  readonly fail: number;
  /** An update never ends. */
  readonly hang: number;
}

export interface FakeOptions {
  readonly seed: number;
  readonly now: () => Moment;
  readonly faults?: Faults;
}

/** Shortest and longest time that operations take. */
const TAKES: Readonly<Record<OperationKind, readonly [number, number]>> = {
  create: [2 * MINUTE, 10 * MINUTE],
  update: [3 * MINUTE, 20 * MINUTE],
  finalize: [10 * SECOND, MINUTE],
  roll_back: [30 * SECOND, 5 * MINUTE],
  contract: [MINUTE, 10 * MINUTE],
  change_settings: [MINUTE, 5 * MINUTE],
  restore: [5 * MINUTE, 40 * MINUTE],
  move: [5 * MINUTE, 40 * MINUTE],
  delete: [MINUTE, 10 * MINUTE],
};

interface UnderWay {
  readonly endsAt: Moment;
  readonly outcome: Outcome;
}

/**
 * A provisioner that only pretends: stacks are entries in a map and operations take time of the given clock. It keeps every
 * promise of GUARANTEES.md and fails when asked to, or at random from its seed.
 */
export class FakeProvisioner implements Provisioner {
  readonly #lives = new Map<string, Life>();
  readonly #underWay = new Map<string, UnderWay>();
  /** For the life of a stack: which ids it has done. */
  readonly #ids = new Map<string, Set<string>>();
  readonly #failures = new Map<string, Outcome>();
  readonly #random: Random;
  readonly #now: () => Moment;
  #faults: Faults;
  #fence = 0;

  constructor({ seed, now, faults = { fail: 0, hang: 0 } }: FakeOptions) {
    this.#random = seeded(seed);
    this.#now = now;
    this.#faults = faults;
  }

  observe(): Promise<readonly ObservedStack[]> {
    return Promise.resolve(this.look());
  }

  /** The same at once, for simulations. */
  look(): readonly ObservedStack[] {
    this.#endWhatIsDue();
    return [...this.#lives.values()].map(({ seen }) => seen);
  }

  async begin(operation: Operation, fence: number): Promise<void> {
    this.beginNow(operation, fence);
  }

  /** The same at once, for simulations. */
  beginNow(operation: Operation, fence: number): void {
    const now = this.#now();
    this.#endWhatIsDue();
    if (fence < this.#fence) {
      throw new FleetError('fenced', `Term ${String(fence)} is over: ${String(this.#fence)} has begun.`);
    }
    this.#fence = fence;
    const { id, stack } = operation;
    if (this.#ids.get(stack)?.has(id) === true) return;
    const life = begun(this.#lives.get(stack) ?? unborn(stack, now), operation, now);
    this.#lives.set(stack, life);
    this.#ids.set(stack, (this.#ids.get(stack) ?? new Set()).add(id));
    this.#underWay.set(stack, this.#course(operation, now));
  }

  /** Puts a stack there that was there before. */
  place(name: string, release: Version): void {
    const now = this.#now();
    const { seen, ...rest } = unborn(name, now);
    this.#lives.set(name, { ...rest, seen: { ...seen, state: 'running', release } });
  }

  /** What the stack reports of itself. */
  report(name: string, what: Partial<Pick<ObservedStack, 'busy' | 'signals'>>): void {
    const life = this.#lives.get(name);
    if (life !== undefined) this.#lives.set(name, { ...life, seen: { ...life.seen, ...what } });
  }

  /** The next operation of this kind at the stack fails like this. */
  failNext(stack: string, kind: OperationKind, outcome: Omit<Outcome, 'succeeded'>): void {
    this.#failures.set(`${stack} ${kind}`, { succeeded: false, ...outcome });
  }

  setFaults(faults: Faults): void {
    this.#faults = faults;
  }

  #course({ stack, work }: Operation, now: Moment): UnderWay {
    const [least, most] = TAKES[work.kind];
    const endsAt = now + this.#random.between(least, most);
    const key = `${stack} ${work.kind}`;
    const asked = this.#failures.get(key);
    this.#failures.delete(key);
    if (asked !== undefined) return { endsAt, outcome: asked };
    if (work.kind === 'update' && this.#random.chance(this.#faults.hang)) {
      return { endsAt: Number.POSITIVE_INFINITY, outcome: SUCCEEDED };
    }
    if (!this.#random.chance(this.#faults.fail)) return { endsAt, outcome: SUCCEEDED };
    const again = this.#random.chance(0.5);
    return { endsAt, outcome: { succeeded: false, code: again ? 'no_capacity' : 'health_failed', again } };
  }

  #endWhatIsDue(): void {
    const now = this.#now();
    for (const [stack, { endsAt, outcome }] of this.#underWay) {
      if (endsAt > now) continue;
      this.#underWay.delete(stack);
      const life = this.#lives.get(stack);
      if (life === undefined) continue;
      const after = ended(life, outcome, endsAt);
      if (after.seen.state === 'absent') {
        this.#lives.delete(stack);
        this.#ids.delete(stack);
      } else {
        this.#lives.set(stack, after);
      }
    }
  }
}
