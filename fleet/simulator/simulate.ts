import type { Ledger } from '../core/ledger.ts';
import { report } from '../core/rollout.ts';
import type { AbortReason, MemberPhase } from '../core/rollout.ts';
import type { Signals } from '../core/gate.ts';
import { plan } from '../core/plan.ts';
import { DAY, HOUR, MINUTE } from '../core/time.ts';
import type { Moment } from '../core/time.ts';
import { FakeProvisioner } from '../provision/fake/provisioner.ts';
import { seeded } from '../provision/fake/random.ts';
import { ControlPlane } from './control-plane.ts';
import { Invariants } from './invariants.ts';
import type { Violation } from './invariants.ts';
import { forget, People } from './people.ts';
import { someFleet, someSignals, worsened } from './scenario.ts';

export interface SimulationOptions {
  readonly stacks: number;
  readonly seed: number;
  /** So long people act; afterwards everything must come to its end by itself. */
  readonly days: number;
  readonly stepMinutes: number;
  /** Of the real world, to time the planner. */
  readonly clock: () => number;
  /** Another planner, to see that its mistakes are noticed. */
  readonly planner?: typeof plan;
  readonly progress?: (text: string) => void;
}

export interface SimulationResult {
  readonly stacks: number;
  readonly seed: number;
  readonly simulatedDays: number;
  readonly plans: number;
  readonly planMeanMs: number;
  readonly planSlowestMs: number;
  readonly kills: number;
  readonly fenced: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly rollouts: { readonly ended: number; readonly completed: number } & Partial<
    Record<AbortReason, number>
  >;
  readonly members: Partial<Record<MemberPhase, number>>;
  /** That rollouts reported when they ended. */
  readonly stragglers: number;
  readonly overrides: number;
  readonly holdsRefused: number;
  readonly violations: readonly Violation[];
}

/** Spring in the north, autumn in the south: clocks change within the first days. */
const BEGIN = Date.UTC(2026, 2, 20);
/** Longest wave patience, pause and linger of the scenario, for each of its waves, and more than enough for retries. */
const END_WITHIN = 60 * DAY;

export function simulate(options: SimulationOptions): SimulationResult {
  const run = new Simulation(options);
  const step = options.stepMinutes * MINUTE;
  const until = BEGIN + options.days * DAY;
  for (; run.now < until; run.now += step) run.step(step, true);
  run.calmDown();
  const latest = until + END_WITHIN;
  for (; run.isOpen() && run.now < latest; run.now += step) run.step(step, false);
  run.judgeTheEnd();
  return run.result();
}

class Simulation {
  now: Moment = BEGIN;
  readonly #options: SimulationOptions;
  readonly #random;
  readonly #provisioner;
  readonly #people;
  readonly #invariants;
  readonly #plane;
  readonly #healthy = new Map<string, Signals>();
  readonly #ended = new Map<string, AbortReason | 'completed'>();
  #stragglers = 0;
  readonly #members: Partial<Record<MemberPhase, number>> = {};

  constructor(options: SimulationOptions) {
    const { stacks, seed, clock } = options;
    this.#options = options;
    this.#random = seeded(seed);
    const now = (): Moment => this.now;
    this.#provisioner = new FakeProvisioner({ seed: seed + 1, now, faults: { fail: 0.01, hang: 0.002 } });
    this.#people = new People(this.#random, this.#provisioner);
    this.#invariants = new Invariants(now);
    this.#plane = new ControlPlane({
      ledger: someFleet(stacks, this.#random, this.#provisioner, BEGIN),
      provisioner: this.#provisioner,
      random: this.#random,
      witness: this.#invariants,
      killShare: 0.05,
      plan: options.planner ?? plan,
      clock,
    });
  }

  step(step: number, peopleAct: boolean): void {
    const plane = this.#plane;
    if (peopleAct) plane.write((ledger) => this.#people.act(ledger, this.now, step / HOUR));
    this.#measure();
    plane.step(this.now);
    this.#count(plane.ledger);
    plane.write(forget);
    if (this.now % DAY < step) {
      const day = Math.floor((this.now - BEGIN) / DAY);
      this.#options.progress?.(
        `day ${String(day)}: ${String(plane.plans)} plans, ${String(this.#ended.size)} rollouts ended`,
      );
    }
  }

  /** A stack behaves badly from when a bad release serves it, if it is one of those that the release is bad for. */
  #measure(): void {
    for (const { name, release, state, signals, operation } of this.#provisioner.look()) {
      const healthy = this.#healthy.get(name) ?? signals ?? someSignals(this.#random);
      if (!this.#healthy.has(name)) this.#healthy.set(name, healthy);
      const share = this.#people.bad.get(release ?? '') ?? 0;
      const isBad = share > 0 && state !== 'updating' && isOneOf(name, share);
      if (isBad && signals === healthy)
        this.#provisioner.report(name, { signals: worsened(healthy, this.#random) });
      else if (!isBad && signals !== healthy) this.#provisioner.report(name, { signals: healthy });
      // What was busy is over when nothing is said for long; here: when something was done to the stack.
      if (operation !== null) this.#provisioner.report(name, { busy: null });
    }
  }

  #count({ rollouts }: Ledger): void {
    for (const rollout of rollouts.values()) {
      const { id } = rollout.definition;
      if (rollout.state !== 'ended' || this.#ended.has(id)) continue;
      this.#ended.set(id, rollout.abort?.reason ?? 'completed');
      this.#stragglers += report(rollout).stragglers.length;
      for (const { phase } of rollout.members.values()) {
        this.#members[phase] = (this.#members[phase] ?? 0) + 1;
      }
    }
  }

  /** No new happenings and no faults; what people paused stays paused, and must end all the same. */
  calmDown(): void {
    this.#provisioner.setFaults({ fail: 0, hang: 0 });
  }

  isOpen(): boolean {
    const { rollouts, requests } = this.#plane.ledger;
    return rollouts.size > 0 || requests.size > 0;
  }

  judgeTheEnd(): void {
    const { rollouts, requests, stacks } = this.#plane.ledger;
    for (const [id, { state }] of rollouts) this.#invariants.wrong('every rollout ends', `${id} is ${state}`);
    for (const [id, { state }] of requests) this.#invariants.wrong('every request ends', `${id} is ${state}`);
    for (const { name, state } of this.#provisioner.look()) {
      const resting = state === 'running' || state === 'incomplete' || state === 'contracting';
      if (!resting || !stacks.has(name))
        this.#invariants.wrong('every stack comes to rest', `${name} is ${state}`);
    }
  }

  result(): SimulationResult {
    const { plans, planningTime, slowest, kills, fenced } = this.#plane;
    const { violations, overrides, begun } = this.#invariants;
    const reasons: Partial<Record<AbortReason, number>> = {};
    let completed = 0;
    for (const reason of this.#ended.values()) {
      if (reason === 'completed') completed += 1;
      else reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    return {
      stacks: this.#options.stacks,
      seed: this.#options.seed,
      simulatedDays: (this.now - BEGIN) / DAY,
      plans,
      planMeanMs: planningTime / Math.max(1, plans),
      planSlowestMs: slowest,
      kills,
      fenced,
      operations: Object.fromEntries([...begun].sort(([a], [b]) => (a < b ? -1 : 1))),
      rollouts: { ended: this.#ended.size, completed, ...reasons },
      members: this.#members,
      stragglers: this.#stragglers,
      overrides,
      holdsRefused: this.#people.refused,
      violations,
    };
  }
}

/** Always the same stacks for the same share. */
function isOneOf(name: string, share: number): boolean {
  let hash = 7;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return (hash % 1_000) / 1_000 < share;
}
