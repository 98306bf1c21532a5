import { judge } from './gate.ts';
import { backOff, memberId, updateId } from './ids.ts';
import type { MemberPatch } from './ledger.ts';
import type { Planning } from './planning.ts';
import { whyUnreachable } from './release.ts';
import type { Member, Rollout } from './rollout.ts';
import { mayDisturb } from './say.ts';
import type { Deferral } from './say.ts';
import type { ObservedStack } from './stack.ts';
import { MINUTE } from './time.ts';
import type { Moment } from './time.ts';
import { compareVersions } from './version.ts';

/** Decides about a member that something goes on at, or whose rollout is being aborted. */
export function goOnWithMember(planning: Planning, rollout: Rollout, member: Member): void {
  const observed = planning.observed(member.stack);
  if (isGone(observed)) {
    const final = ['rolled_back', 'skipped', 'gone'].includes(member.phase);
    if (member.phase === 'waiting' || !final) planning.move(rollout, member, 'gone');
    return;
  }
  switch (member.phase) {
    case 'waiting':
      planning.move(rollout, member, 'skipped', { skipped: 'aborted' });
      return;
    case 'updating':
      updating(planning, rollout, member, observed);
      return;
    case 'baking':
      baking(planning, rollout, member, observed);
      return;
    case 'finalizing':
    case 'rolling_back':
    case 'stranded':
      ending(planning, rollout, member, observed);
      return;
    case 'updated':
      if (rollout.abort?.all === true) takeBack(planning, rollout, member, observed);
      return;
    case 'rolled_back':
    case 'skipped':
    case 'gone':
  }
}

function isGone(observed: ObservedStack | undefined): observed is undefined {
  return observed === undefined || observed.state === 'absent' || observed.state === 'deleting';
}

function operationLimit(planning: Planning): number {
  return planning.snapshot.ledger.policy.operation_most_minutes * MINUTE;
}

function updating(planning: Planning, rollout: Rollout, member: Member, observed: ObservedStack): void {
  const { now, snapshot } = planning;
  const id = updateId(rollout, member);
  if (observed.ended?.id === id) {
    const { succeeded, again, code } = observed.ended;
    if (succeeded) {
      planning.move(rollout, member, 'baking');
    } else if (observed.state !== 'running' || observed.release !== member.from) {
      goBack(planning, rollout, member, code ?? 'update_failed');
    } else if (
      again &&
      member.updateAttempt < snapshot.ledger.policy.attempts_most &&
      rollout.state !== 'aborting'
    ) {
      planning.move(rollout, member, 'waiting', {
        updateAttempt: member.updateAttempt + 1,
        notBefore: now + backOff(member.updateAttempt),
      });
    } else {
      planning.move(rollout, member, 'rolled_back', { failure: code ?? 'update_failed' });
    }
    return;
  }
  if (rollout.state === 'aborting') goBack(planning, rollout, member, null);
  else if (now - member.since > operationLimit(planning)) goBack(planning, rollout, member, 'update_timeout');
}

function baking(planning: Planning, rollout: Rollout, member: Member, observed: ObservedStack): void {
  const { now } = planning;
  if (observed.release === member.from && observed.state === 'running') {
    goBack(planning, rollout, member, 'went_back');
    return;
  }
  if (observed.state === 'failed') {
    goBack(planning, rollout, member, 'stack_failed');
    return;
  }
  if (rollout.state === 'aborting') {
    goBack(planning, rollout, member, null);
    return;
  }
  const { gates, waves } = rollout.definition;
  const { verdict, findings } = judge(gates, {
    now: observed.signals,
    before: member.before,
    othersBefore: member.othersBefore,
    othersNow: planning.others(rollout),
  });
  if (verdict === 'failed') {
    goBack(planning, rollout, member, findings.map(({ signal }) => `gate_${signal}`).join(' '));
    return;
  }
  const over = member.since + (waves[member.wave]?.bake_minutes ?? 0) * MINUTE;
  if (now < over) return;
  if (observed.signals !== null) {
    planning.move(rollout, member, 'finalizing', { goingBack: false, attempt: 1, notBefore: now });
  } else if (now - over > operationLimit(planning)) {
    // A quiet stack passes; one of which nothing can be measured does not.
    goBack(planning, rollout, member, 'no_signals');
  }
}

/** Back to where it came from; onwards as failed when that release has been recalled and no longer serves. */
function goBack(planning: Planning, rollout: Rollout, member: Member, failure: string | null): void {
  const { now, snapshot } = planning;
  const from = snapshot.ledger.releases.get(member.from);
  const barred = from === undefined || from.recall !== null;
  const set: MemberPatch = { attempt: 1, notBefore: now, failure: member.failure ?? failure };
  // Of an update under way blue still serves: ending it puts nothing back into service.
  if (barred && member.phase === 'baking') {
    planning.move(rollout, member, 'finalizing', {
      ...set,
      goingBack: false,
      failure: set.failure ?? 'no_way_back',
    });
  } else {
    planning.move(rollout, member, 'rolling_back', { ...set, goingBack: true });
  }
}

/** Finalizing, going back, and both when they failed often. */
function ending(planning: Planning, rollout: Rollout, member: Member, observed: ObservedStack): void {
  const { now, snapshot } = planning;
  const wanted = member.goingBack ? member.from : rollout.definition.release;
  const { ended } = observed;
  const isOurs = ended?.id === memberId(rollout, member);
  // Somebody may have mended a stranded stack by hand, or by another rollout.
  const mended = member.phase === 'stranded' && observed.state === 'running';
  if ((isOurs && ended.succeeded) || (mended && observed.release === wanted)) {
    planning.move(rollout, member, member.goingBack ? 'rolled_back' : 'updated');
    return;
  }
  const { attempts_most: most } = snapshot.ledger.policy;
  const patience = operationLimit(planning) * most;
  if (isOurs) {
    const tooOften = member.phase !== 'stranded' && member.attempt >= most;
    planning.move(rollout, member, tooOften ? 'stranded' : member.phase, {
      attempt: member.attempt + 1,
      notBefore: now + backOff(member.attempt),
      ...(tooOften ? { failure: member.failure ?? 'stranded' } : {}),
    });
  } else if (member.phase !== 'stranded' && now - member.since > patience) {
    planning.move(rollout, member, 'stranded', { failure: member.failure ?? 'stranded' });
  }
}

/** Aborting everything takes back what was updated already, where that can still be done. */
function takeBack(planning: Planning, rollout: Rollout, member: Member, observed: ObservedStack): void {
  const from = planning.snapshot.ledger.releases.get(member.from);
  if (from === undefined || observed.release !== rollout.definition.release) return;
  if (observed.state !== 'running' || planning.isTaken(member.stack)) return;
  if (compareVersions(member.from, rollout.definition.release) === 0) return;
  if (whyUnreachable(observed.release, from, observed.oldest) !== null) return;
  planning.take(member.stack);
  planning.move(rollout, member, 'rolling_back', { attempt: 1, notBefore: planning.now, goingBack: true });
}

/**
 * Begins the update of a waiting member if nothing speaks against it; else it may become a straggler.
 * @returns whether it took a place.
 */
export function beginMember(planning: Planning, rollout: Rollout, member: Member, place: boolean): boolean {
  const { now } = planning;
  const patience = (rollout.definition.waves[member.wave]?.patience_minutes ?? 0) * MINUTE;
  const impatient = member.straggler === null && now - (rollout.waves[member.wave]?.at ?? now) >= patience;
  // Most of a large wave, most of the time: nothing about it could be decided now.
  if (!place && !impatient) return false;
  const observed = planning.observed(member.stack);
  if (isGone(observed)) {
    planning.move(rollout, member, 'gone');
    return false;
  }
  const free = observed.state === 'running' && !planning.isTaken(member.stack);
  if (free && observed.release === rollout.definition.release) {
    planning.move(rollout, member, 'updated');
    return false;
  }
  const skipped = free ? whySkipped(planning, rollout, observed) : null;
  if (skipped !== null) {
    planning.move(rollout, member, 'skipped', { skipped });
    return false;
  }
  const answer = askStack(planning, rollout, observed, free);
  if (answer.deferrals.length > 0) {
    if (impatient) {
      planning.change({
        kind: 'straggler',
        rollout: rollout.definition.id,
        stack: member.stack,
        why: answer.deferrals,
      });
    }
    return false;
  }
  if (!place || now < member.notBefore) return false;
  planning.take(member.stack);
  planning.move(rollout, member, 'updating', {
    before: observed.signals,
    othersBefore: planning.others(rollout),
    overridden: [...member.overridden, ...answer.overridden],
  });
  return true;
}

function whySkipped(planning: Planning, rollout: Rollout, observed: ObservedStack): string | null {
  const { only, release } = rollout.definition;
  if (observed.release === null) return 'no_release';
  if (only !== null && observed.release !== only) return 'moved_on';
  if (only === null && compareVersions(observed.release, release) > 0) return 'newer';
  const target = planning.snapshot.ledger.releases.get(release);
  return target === undefined ? 'recalled' : whyUnreachable(observed.release, target, observed.oldest);
}

function askStack(
  planning: Planning,
  rollout: Rollout,
  observed: ObservedStack,
  free: boolean,
): { readonly deferrals: readonly Deferral[]; readonly overridden: readonly Deferral[] } {
  const { ledger } = planning.snapshot;
  const stack = ledger.stacks.get(observed.name);
  if (!free || stack === undefined) {
    const what = observed.operation ?? observed.state;
    return { deferrals: [{ kind: 'occupied', what, until: null }], overridden: [] };
  }
  const { release } = rollout.definition;
  const announcedAt: Moment | null =
    ledger.releases.get(release)?.security === true ? rollout.announcedAt : null;
  const { busy } = observed;
  return mayDisturb({ say: stack.say, busy, release, announcedAt, policy: ledger.policy }, planning.now);
}
