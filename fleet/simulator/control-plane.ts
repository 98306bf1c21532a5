import type { Change, Ledger } from '../core/ledger.ts';
import type { Operation } from '../core/operation.ts';
import type { plan } from '../core/plan.ts';
import type { ObservedStack } from '../core/stack.ts';
import type { Moment } from '../core/time.ts';
import { FleetError } from '../core/errors.ts';
import type { FakeProvisioner } from '../provision/fake/provisioner.ts';
import type { Random } from '../provision/fake/random.ts';

/** Told of everything that the control plane does, so that it can be judged. */
export interface Witness {
  changed(ledger: Ledger, changes: readonly Change[], observed: ReadonlyMap<string, ObservedStack>): void;
  begins(ledger: Ledger, operation: Operation, observed: ReadonlyMap<string, ObservedStack>): void;
  wrong(rule: string, what: string): void;
}

/**
 * The control plane of the simulation: it observes, plans with the real planner, writes, begins. It is killed at random
 * between any two of these, and then a new one starts in a new term. What a killed one still had in hand is tried later,
 * as a process would that was only slow.
 */
export class ControlPlane {
  ledger: Ledger;
  kills = 0;
  fenced = 0;
  plans = 0;
  slowest = 0;
  planningTime = 0;
  #fence = 1;
  #late: { readonly fence: number; readonly operations: readonly Operation[] } | null = null;
  readonly #provisioner: FakeProvisioner;
  readonly #random: Random;
  readonly #witness: Witness;
  readonly #killShare: number;
  readonly #clock: () => number;
  readonly #plan: typeof plan;

  constructor(options: {
    readonly ledger: Ledger;
    readonly provisioner: FakeProvisioner;
    readonly random: Random;
    readonly witness: Witness;
    readonly killShare: number;
    readonly plan: typeof plan;
    /** Of the real world, to time the planner; milliseconds. */
    readonly clock: () => number;
  }) {
    this.ledger = options.ledger;
    this.#provisioner = options.provisioner;
    this.#random = options.random;
    this.#witness = options.witness;
    this.#killShare = options.killShare;
    this.#clock = options.clock;
    this.#plan = options.plan;
  }

  step(now: Moment): void {
    const observed = new Map(this.#provisioner.look().map((stack) => [stack.name, stack]));
    const began = this.#clock();
    const { changes, operations, ledger } = this.#plan({ ledger: this.ledger, observed }, now);
    const took = this.#clock() - began;
    this.plans += 1;
    this.planningTime += took;
    this.slowest = Math.max(this.slowest, took);

    const dies = this.#random.chance(this.#killShare) ? this.#random.between(0, 2) : null;
    if (dies === 0) {
      this.#die([]);
      return;
    }
    this.ledger = ledger;
    if (changes.length > 0) this.#witness.changed(ledger, changes, observed);
    const reached = dies === null ? operations.length : this.#random.between(0, operations.length);
    for (const operation of operations.slice(0, reached)) this.#begin(operation, this.#fence, observed);
    if (dies !== null) this.#die(operations.slice(reached));
    else this.#trySlowOnes(operations.length > 0);
  }

  /** What people do to the ledger, through the control plane's own doors. */
  write(change: (ledger: Ledger) => Ledger): void {
    this.ledger = change(this.ledger);
  }

  #begin(operation: Operation, fence: number, observed: ReadonlyMap<string, ObservedStack>): void {
    this.#witness.begins(this.ledger, operation, observed);
    try {
      this.#provisioner.beginNow(operation, fence);
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      this.#witness.wrong('every operation is legal', `${operation.id}: ${error.message}`);
    }
  }

  #die(unfinished: readonly Operation[]): void {
    this.kills += 1;
    this.#late = { fence: this.#fence, operations: unfinished };
    this.#fence += 1;
  }

  /** Once its successor has begun something, the provisioner must refuse the one that was only slow. */
  #trySlowOnes(successorBegan: boolean): void {
    if (this.#late === null || !successorBegan) return;
    for (const operation of this.#late.operations) {
      try {
        this.#provisioner.beginNow(operation, this.#late.fence);
        this.#witness.wrong('earlier terms are fenced', operation.id);
      } catch (error) {
        if (error instanceof FleetError && error.code === 'fenced') this.fenced += 1;
        else throw error;
      }
    }
    this.#late = null;
  }
}
