import { beginMember, goOnWithMember } from './plan-member.ts';
import type { Planning } from './planning.ts';
import { inFlight, settled } from './rollout.ts';
import type { AbortReason, Member, Rollout, RolloutState } from './rollout.ts';
import { DAY, MINUTE } from './time.ts';
import type { Moment } from './time.ts';
import { membersOfWave } from './wave.ts';

/** Decides about one rollout: its state, its members, its next wave, its end. */
export function planRollout(planning: Planning, rollout: Rollout): void {
  if (rollout.state === 'ended') {
    const stranded = [...rollout.members.values()].filter(({ phase }) => phase === 'stranded');
    for (const member of stranded) goOnWithMember(planning, rollout, member);
    return;
  }
  const wished = stateOf(planning, rollout);
  if (wished.state === 'planned' || wished.state === 'ended') return;
  const tally = goOn(planning, { ...rollout, ...wished });
  const state =
    wished.state === 'aborting' ? wished.state : stopPastTolerance(planning, rollout, wished, tally);
  const current: Rollout = { ...rollout, ...wished, state };
  if (state === 'running') beginMembers(planning, current, tally);
  // What was decided just now is looked at by the next plan.
  if (tally.moved) return;
  if (state === 'aborting') endAborted(planning, current);
  else if (state === 'running') openOrEnd(planning, current);
}

type Wished = Pick<Rollout, 'state' | 'abort'>;

/** What people, a recall and time have made of its state. */
function stateOf(planning: Planning, rollout: Rollout): Wished {
  const { now, snapshot } = planning;
  const { state, wish, since, definition, abort } = rollout;
  const become = (to: RolloutState, reason?: AbortReason): Wished => {
    const why =
      reason === undefined ? undefined : { reason, all: wish === 'abort_all' && reason === 'asked' };
    planning.change({
      kind: 'rollout',
      rollout: definition.id,
      to,
      ...(why === undefined ? {} : { abort: why }),
    });
    return { state: to, abort: why ?? abort };
  };
  if (state === 'aborting') return { state, abort };
  const release = snapshot.ledger.releases.get(definition.release);
  const recalled = release === undefined || release.recall !== null;
  const stop = (reason: AbortReason): Wished => become(state === 'planned' ? 'ended' : 'aborting', reason);
  if (recalled) return stop('recalled');
  if (wish === 'abort' || wish === 'abort_all') return stop('asked');
  if (state === 'planned') return now >= definition.starts_at ? become('running') : { state, abort };
  if (state === 'paused') {
    if (wish === 'run') return become('running');
    const given = now - since >= snapshot.ledger.policy.pause_most_days * DAY;
    return given ? become('aborting', 'paused_too_long') : { state, abort };
  }
  return wish === 'pause' ? become('paused') : { state, abort };
}

/** What a look at the members told. */
interface Tally {
  inFlight: number;
  /** By wave. */
  readonly failures: Map<number, number>;
  readonly waiting: Member[];
  moved: boolean;
}

function goOn(planning: Planning, rollout: Rollout): Tally {
  const tally: Tally = { inFlight: 0, failures: new Map(), waiting: [], moved: false };
  for (const member of rollout.members.values()) {
    if (member.phase === 'waiting' && rollout.state !== 'aborting') tally.waiting.push(member);
    else if (inFlight(member.phase) || member.phase === 'stranded' || rollout.state === 'aborting') {
      const before = planning.changes.length;
      goOnWithMember(planning, rollout, member);
      const change = planning.changes[before];
      if (change !== undefined) tally.moved = true;
      const failsNow = change?.kind === 'member' && typeof change.set.failure === 'string';
      if (failsNow && member.failure === null) addFailure(tally, member);
    }
    // One that ends in this very plan holds its place until the next.
    if (inFlight(member.phase)) tally.inFlight += 1;
    if (member.failure !== null) addFailure(tally, member);
  }
  return tally;
}

function addFailure({ failures }: Tally, { wave }: Member): void {
  failures.set(wave, (failures.get(wave) ?? 0) + 1);
}

function stopPastTolerance(
  planning: Planning,
  rollout: Rollout,
  { state }: Wished,
  { failures }: Tally,
): RolloutState {
  const { waves, tolerance, id } = rollout.definition;
  const all = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const past = [...failures].some(([wave, count]) => count > (waves[wave]?.tolerance ?? 0));
  if (all <= tolerance && !past) return state;
  // Its state may have changed in this plan already, and two changes at once would hide the first.
  if (state !== rollout.state) return 'paused';
  planning.change({ kind: 'rollout', rollout: id, to: 'aborting', abort: { reason: 'stopped', all: false } });
  return 'aborting';
}

function beginMembers(planning: Planning, rollout: Rollout, tally: Tally): void {
  const index = rollout.waves.length - 1;
  let places = (rollout.definition.waves[index]?.at_once ?? 0) - tally.inFlight;
  for (const member of tally.waiting) {
    const before = planning.changes.length;
    if (beginMember(planning, rollout, member, places > 0)) places -= 1;
    if (planning.changes.length > before) tally.moved = true;
  }
}

function endAborted(planning: Planning, rollout: Rollout): void {
  const open = [...rollout.members.values()].some(({ phase }) => inFlight(phase) || phase === 'waiting');
  if (!open) planning.change({ kind: 'rollout', rollout: rollout.definition.id, to: 'ended' });
}

/** For the first wave that proves nothing, from when its patience was over. */
function lingersUntil({ definition, waves }: Rollout): Moment {
  const patience = definition.waves[waves.length - 1]?.patience_minutes ?? 0;
  return (waves.at(-1)?.at ?? 0) + (patience + definition.linger_minutes) * MINUTE;
}

/** The next wave when the last has settled; after the last the end, when the time for stragglers is over. */
function openOrEnd(planning: Planning, rollout: Rollout): void {
  const { definition, waves, members, settledAt } = rollout;
  const all = [...members.values()];
  if (settledAt === null) {
    if (!all.every(settled)) return;
    const wave = definition.waves[waves.length];
    if (wave === undefined) {
      planning.change({ kind: 'settled', rollout: definition.id });
    } else if (all.length > 0 && !all.some(({ phase }) => phase === 'updated')) {
      // Stragglers may still prove it: the rollout waits for them as long as it would at its end.
      const waits = all.some(({ phase }) => phase === 'waiting') && planning.now < lingersUntil(rollout);
      if (waits) return;
      planning.change({
        kind: 'rollout',
        rollout: definition.id,
        to: 'aborting',
        abort: { reason: 'unproven', all: false },
      });
    } else {
      planning.change({
        kind: 'wave',
        rollout: definition.id,
        ...membersOfWave(rollout, wave, planning.snapshot, planning.now),
      });
    }
    return;
  }
  if (all.some(({ phase }) => inFlight(phase))) return;
  const waiting = all.filter(({ phase }) => phase === 'waiting');
  if (waiting.length > 0 && planning.now < settledAt + definition.linger_minutes * MINUTE) return;
  for (const member of waiting) planning.move(rollout, member, 'skipped', { skipped: 'straggler' });
  planning.change({ kind: 'rollout', rollout: definition.id, to: 'ended' });
}
