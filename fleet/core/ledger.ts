import { FleetError } from './errors.ts';
import type { Policy } from './policy.ts';
import type { PublishedRelease } from './release.ts';
import { REQUEST_TRANSITIONS } from './request.ts';
import type { Request, RequestState } from './request.ts';
import { MEMBER_TRANSITIONS, ROLLOUT_TRANSITIONS } from './rollout.ts';
import type { Member, MemberPhase, Rollout, RolloutState } from './rollout.ts';
import type { Deferral } from './say.ts';
import type { ObservedStack, RegisteredStack } from './stack.ts';
import type { Moment } from './time.ts';
import type { Version } from './version.ts';

/** The ledger: what people wanted and what was decided. Nothing in it says how a stack is: that is observed. */
export interface Ledger {
  readonly policy: Policy;
  readonly stacks: ReadonlyMap<string, RegisteredStack>;
  readonly releases: ReadonlyMap<Version, PublishedRelease>;
  /** Those that have not ended, and ended ones that still have stranded members. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly requests: ReadonlyMap<string, Request>;
}

export interface Snapshot {
  readonly ledger: Ledger;
  readonly observed: ReadonlyMap<string, ObservedStack>;
}

/** A change of the ledger: a decision. All of a plan are written in one transaction before anything is done. */
export type Change =
  | {
      readonly kind: 'rollout';
      readonly rollout: string;
      readonly to: RolloutState;
      readonly abort?: NonNullable<Rollout['abort']>;
    }
  | {
      readonly kind: 'wave';
      readonly rollout: string;
      readonly limit: number;
      readonly members: readonly Pick<Member, 'stack' | 'from'>[];
    }
  | { readonly kind: 'settled'; readonly rollout: string }
  | {
      readonly kind: 'member';
      readonly rollout: string;
      readonly stack: string;
      readonly to: MemberPhase;
      readonly set: MemberPatch;
    }
  | {
      readonly kind: 'straggler';
      readonly rollout: string;
      readonly stack: string;
      readonly why: readonly Deferral[];
    }
  | {
      readonly kind: 'request';
      readonly request: string;
      readonly to: RequestState;
      readonly set: Partial<Pick<Request, 'attempt' | 'notBefore' | 'failure'>>;
    };

export type MemberPatch = Partial<Omit<Member, 'stack' | 'wave' | 'phase' | 'since' | 'from'>>;

/** The ledger after the changes. Each is held to its table of states: an illegal one is refused. */
export function applyChanges(ledger: Ledger, changes: readonly Change[], now: Moment): Ledger {
  if (changes.length === 0) return ledger;
  const rollouts = new Map(ledger.rollouts);
  const requests = new Map(ledger.requests);
  /** Members are copied once for all changes of their rollout. */
  const members = new Map<string, Map<string, Member>>();
  const membersOf = (rollout: Rollout): Map<string, Member> => {
    const { id } = rollout.definition;
    const copy = members.get(id) ?? new Map(rollout.members);
    if (!members.has(id)) {
      members.set(id, copy);
      rollouts.set(id, { ...rollout, members: copy });
    }
    return copy;
  };
  for (const change of changes) {
    if (change.kind === 'request') {
      const request = known(requests, change.request);
      check(REQUEST_TRANSITIONS, request.state, change.to, change.request);
      requests.set(change.request, { ...request, ...change.set, state: change.to, since: now });
      continue;
    }
    const rollout = known(rollouts, change.rollout);
    if (change.kind === 'member' || change.kind === 'straggler') {
      const of = membersOf(rollout);
      of.set(change.stack, changedMember(known(of, change.stack), change, now));
      continue;
    }
    if (change.kind === 'wave') {
      const of = membersOf(rollout);
      for (const { stack, from } of change.members) of.set(stack, newMember(stack, from, rollout, now));
    }
    rollouts.set(change.rollout, changedRollout(known(rollouts, change.rollout), change, now));
  }
  return { ...ledger, rollouts, requests };
}

function changedRollout(
  rollout: Rollout,
  change: Extract<Change, { kind: 'rollout' | 'wave' | 'settled' }>,
  now: Moment,
): Rollout {
  switch (change.kind) {
    case 'rollout':
      check(ROLLOUT_TRANSITIONS, rollout.state, change.to, change.rollout);
      return { ...rollout, state: change.to, since: now, abort: change.abort ?? rollout.abort };
    case 'wave':
      return { ...rollout, waves: [...rollout.waves, { at: now, limit: change.limit }] };
    case 'settled':
      return { ...rollout, settledAt: now };
  }
}

function changedMember(
  member: Member,
  change: Extract<Change, { kind: 'member' | 'straggler' }>,
  now: Moment,
): Member {
  if (change.kind === 'straggler') return { ...member, straggler: change.why };
  if (change.to === member.phase) return { ...member, ...change.set };
  check(MEMBER_TRANSITIONS, member.phase, change.to, change.stack);
  return { ...member, ...change.set, phase: change.to, since: now };
}

function newMember(stack: string, from: Version, rollout: Rollout, now: Moment): Member {
  return {
    stack,
    wave: rollout.waves.length,
    phase: 'waiting',
    since: now,
    from,
    updateAttempt: 1,
    attempt: 1,
    notBefore: now,
    before: null,
    othersBefore: null,
    failure: null,
    goingBack: false,
    skipped: null,
    overridden: [],
    straggler: null,
  };
}

function known<Value>(map: ReadonlyMap<string, Value>, key: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new FleetError('transition_illegal', `The ledger does not know "${key}".`);
  return value;
}

function check<State extends string>(
  table: Readonly<Record<State, readonly string[]>>,
  from: State,
  to: string,
  what: string,
): void {
  if (table[from].includes(to)) return;
  throw new FleetError('transition_illegal', `"${what}" can't go from ${from} to ${to}.`);
}
