import { contractId, memberId, requestId, updateId } from './ids.ts';
import type { Ledger, Snapshot } from './ledger.ts';
import type { Operation, Work } from './operation.ts';
import { contracts } from './release.ts';
import type { Request } from './request.ts';
import { inFlight } from './rollout.ts';
import type { Member, Rollout } from './rollout.ts';
import { mayDisturb } from './say.ts';
import { TRANSITIONS } from './stack.ts';
import type { ObservedStack } from './stack.ts';
import { DAY } from './time.ts';
import type { Moment } from './time.ts';
import { compareVersions } from './version.ts';
import type { Version } from './version.ts';

/** Deletions first: whatever else is under way at the stack, it has lost its meaning. */
function rank({ work }: Request): number {
  return work.kind === 'delete' ? 0 : 1;
}

/** The operations that the ledger calls for and that no stack is observed to have begun or ended: one for a stack at most. */
export function operationsOf({ ledger, observed }: Snapshot, now: Moment): readonly Operation[] {
  const operations: Operation[] = [];
  const claimed = new Set<string>();
  const wanted = (id: string, stack: string, work: Work, notBefore: Moment): void => {
    if (claimed.has(stack)) return;
    claimed.add(stack);
    const seen = observed.get(stack);
    if (now < notBefore || seen?.operation === id || seen?.ended?.id === id) return;
    if (TRANSITIONS[work.kind].from.includes(seen?.state ?? 'absent')) operations.push({ id, stack, work });
  };
  const doing = [...ledger.requests.values()].filter(({ state }) => state === 'doing');
  for (const request of doing.sort((a, b) => rank(a) - rank(b))) {
    wanted(requestId(request), request.stack, request.work, request.notBefore);
  }
  for (const rollout of ledger.rollouts.values()) {
    for (const member of rollout.members.values()) {
      if (!inFlight(member.phase) && member.phase !== 'stranded') continue;
      const work = workOf(rollout, member);
      if (work === null) claimed.add(member.stack);
      else if (work.kind === 'update') wanted(updateId(rollout, member), member.stack, work, now);
      else wanted(memberId(rollout, member), member.stack, work, member.notBefore);
    }
  }
  for (const stack of observed.values()) {
    if (claimed.has(stack.name)) continue;
    const release = releaseToContract(ledger, stack, now);
    if (release !== null) {
      wanted(contractId(stack.name, release, now), stack.name, { kind: 'contract', release }, now);
    }
  }
  return operations;
}

function workOf({ definition }: Rollout, member: Member): Work | null {
  if (member.phase === 'baking') return null;
  if (member.phase === 'updating') {
    const { release, rehearse, replay } = definition;
    return { kind: 'update', release, checks: { rehearse, replay } };
  }
  return member.goingBack ? { kind: 'roll_back', release: member.from } : { kind: 'finalize' };
}

/** Until when a stack can still be rolled back: after that its contract migrations may run. */
export function rollBackUntil(ledger: Ledger, stack: ObservedStack): Moment {
  return stack.releaseSince + ledger.policy.roll_back_days * DAY;
}

/**
 * Contract migrations run only when no process of an older release can come back: blue is gone, the time for rolling back
 * is over, no rollout that brought the release here could still take it back, and none leads to an older one.
 */
function releaseToContract(ledger: Ledger, stack: ObservedStack, now: Moment): Version | null {
  if (stack.state !== 'running' || stack.release === null) return null;
  const release = ledger.releases.get(stack.release);
  if (release === undefined || release.recall !== null || !contracts(release)) return null;
  if (stack.oldest !== null && compareVersions(stack.oldest, stack.release) >= 0) return null;
  if (now < rollBackUntil(ledger, stack)) return null;
  for (const { state, definition, members } of ledger.rollouts.values()) {
    if (state === 'ended') continue;
    if (members.has(stack.name) && definition.release === stack.release) return null;
    if (definition.only === stack.release && compareVersions(definition.release, stack.release) < 0)
      return null;
  }
  const say = ledger.stacks.get(stack.name)?.say;
  if (say === undefined) return null;
  const question = { say, busy: stack.busy, release: null, announcedAt: null, policy: ledger.policy };
  return mayDisturb(question, now).deferrals.length === 0 ? stack.release : null;
}
