import type { Signals } from './gate.ts';
import { medianOf } from './gate.ts';
import type { Change, MemberPatch, Snapshot } from './ledger.ts';
import { inFlight, touched } from './rollout.ts';
import type { Member, MemberPhase, Rollout } from './rollout.ts';
import type { ObservedStack } from './stack.ts';
import type { Moment } from './time.ts';

/** Enough for a median; measuring all of a large fleet for each plan would tell no more. */
const OTHERS_MOST = 200;
/** The median of fewer is a matter of luck. */
const OTHERS_LEAST = 5;

/** One making of a plan: what it looks at, and what it has decided so far. */
export class Planning {
  readonly snapshot: Snapshot;
  readonly now: Moment;
  readonly changes: Change[] = [];
  /** Stacks that something is done to, by the ledger or by this plan. */
  readonly #taken = new Set<string>();
  readonly #others = new Map<string, Signals | null>();

  constructor(snapshot: Snapshot, now: Moment) {
    this.snapshot = snapshot;
    this.now = now;
    for (const { members } of snapshot.ledger.rollouts.values()) {
      for (const { stack, phase } of members.values()) {
        if (inFlight(phase) || phase === 'stranded') this.#taken.add(stack);
      }
    }
    for (const { stack, state } of snapshot.ledger.requests.values()) {
      if (state === 'doing') this.#taken.add(stack);
    }
  }

  observed(stack: string): ObservedStack | undefined {
    return this.snapshot.observed.get(stack);
  }

  isTaken(stack: string): boolean {
    return this.#taken.has(stack);
  }

  take(stack: string): void {
    this.#taken.add(stack);
  }

  change(change: Change): void {
    this.changes.push(change);
  }

  move(rollout: Rollout, member: Member, to: MemberPhase, set: MemberPatch = {}): void {
    this.changes.push({ kind: 'member', rollout: rollout.definition.id, stack: member.stack, to, set });
  }

  /** What is measured at stacks that the rollout has not touched. */
  others(rollout: Rollout): Signals | null {
    const { id } = rollout.definition;
    const known = this.#others.get(id);
    if (known !== undefined) return known;
    const signals: Signals[] = [];
    for (const { name, state, signals: measured } of this.snapshot.observed.values()) {
      if (signals.length === OTHERS_MOST) break;
      const member = rollout.members.get(name);
      if (state !== 'running' || measured === null || (member !== undefined && touched(member.phase))) {
        continue;
      }
      signals.push(measured);
    }
    const median = signals.length < OTHERS_LEAST ? null : medianOf(signals);
    this.#others.set(id, median);
    return median;
  }
}
