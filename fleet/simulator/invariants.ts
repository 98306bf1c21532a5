import type { Change, Ledger } from '../core/ledger.ts';
import type { Operation } from '../core/operation.ts';
import { inFlight, settled, touched } from '../core/rollout.ts';
import type { Member, Rollout } from '../core/rollout.ts';
import type { ObservedStack } from '../core/stack.ts';
import { DAY, HOUR } from '../core/time.ts';
import type { Moment } from '../core/time.ts';
import type { Witness } from './control-plane.ts';
import { isOpen } from './naive-window.ts';

export interface Violation {
  readonly rule: string;
  readonly what: string;
  readonly at: Moment;
}

/** More would tell no more. */
const VIOLATIONS_MOST = 50;

/**
 * Judges what the control plane does by rules of its own: they share no code with the planner where a mistake in it could
 * hide, and look at what operations begin rather than at what was meant.
 */
export class Invariants implements Witness {
  readonly violations: Violation[] = [];
  readonly begun = new Map<string, number>();
  overrides = 0;
  /** Which stacks each rollout has begun to update. */
  readonly #updated = new Map<string, Set<string>>();
  readonly #now: () => Moment;

  constructor(now: () => Moment) {
    this.#now = now;
  }

  wrong(rule: string, what: string): void {
    if (this.violations.length < VIOLATIONS_MOST) this.violations.push({ rule, what, at: this.#now() });
  }

  changed(ledger: Ledger, changes: readonly Change[], observed: ReadonlyMap<string, ObservedStack>): void {
    for (const change of changes) {
      if (change.kind === 'request') continue;
      const rollout = ledger.rollouts.get(change.rollout);
      if (rollout === undefined) continue;
      if (change.kind === 'wave') this.#wave(rollout, change.members.length);
      if (change.kind === 'rollout' && change.to === 'ended') this.#end(rollout, observed);
    }
  }

  /** A wave begins when those before have settled and proved something, and is no larger than its blast radius. */
  #wave(rollout: Rollout, size: number): void {
    const { id } = rollout.definition;
    const index = rollout.waves.length - 1;
    const limit = rollout.waves.at(-1)?.limit ?? 0;
    if (size > limit)
      this.wrong('a wave keeps its blast radius', `${id}: ${String(size)} of ${String(limit)}`);
    const earlier = [...rollout.members.values()].filter(({ wave }) => wave < index);
    const proven = earlier.length === 0 || earlier.some(({ phase }) => phase === 'updated');
    if (!earlier.every(settled) || !proven) {
      this.wrong('a wave waits for proof', `${id}: wave ${String(index + 1)}`);
    }
  }

  /** Every stack of an ended rollout runs its release or the one it came from, and nothing goes on there. */
  #end(rollout: Rollout, observed: ReadonlyMap<string, ObservedStack>): void {
    const { id, release } = rollout.definition;
    for (const member of rollout.members.values()) {
      const seen = observed.get(member.stack);
      if (inFlight(member.phase) || member.phase === 'waiting') {
        this.wrong('an ended rollout leaves nothing open', `${id}: ${member.stack} is ${member.phase}`);
      }
      if (seen === undefined || member.phase === 'gone' || member.phase === 'stranded') continue;
      // Others may have moved it on since.
      if (seen.releaseSince > member.since) continue;
      const allowed = member.phase === 'updated' ? [release] : [member.from];
      if (member.phase !== 'skipped' && seen.release !== null && !allowed.includes(seen.release)) {
        this.wrong(
          'every stack ends on a release that the rollout allows',
          `${id}: ${member.stack} is ${member.phase} and runs ${seen.release}`,
        );
      }
    }
  }

  begins(ledger: Ledger, operation: Operation, observed: ReadonlyMap<string, ObservedStack>): void {
    const { work, stack } = operation;
    this.begun.set(work.kind, (this.begun.get(work.kind) ?? 0) + 1);
    const release = 'release' in work ? ledger.releases.get(work.release) : undefined;
    const seen = observed.get(stack);
    if ((work.kind === 'update' || work.kind === 'create') && release?.recall !== null) {
      this.wrong('nothing gets a recalled release', operation.id);
    }
    if (work.kind === 'update') this.#update(ledger, operation, seen);
    if (work.kind === 'contract') {
      this.#contract(ledger, operation, seen);
      this.#disturbs(ledger, operation, seen, null);
    }
  }

  #update(ledger: Ledger, { id, stack }: Operation, seen: ObservedStack | undefined): void {
    const rollout = ledger.rollouts.get(id.slice(0, id.indexOf('/')));
    const member = rollout?.members.get(stack);
    if (rollout === undefined || member === undefined) {
      this.wrong('only members are updated', id);
      return;
    }
    const { definition, waves } = rollout;
    const updated = this.#updated.get(definition.id) ?? new Set<string>();
    this.#updated.set(definition.id, updated.add(stack));
    const radius = waves.reduce((sum, { limit }) => sum + limit, 0);
    if (updated.size > radius) this.wrong('a wave keeps its blast radius', `${id}: ${String(updated.size)}`);
    const members = [...rollout.members.values()];
    const going = members.filter(({ phase }) => inFlight(phase)).length;
    const atOnce = definition.waves[waves.length - 1]?.at_once ?? 0;
    if (going > atOnce) {
      this.wrong('so many at once', `${id}: ${String(going)} of ${String(atOnce)}`);
    }
    if (rollout.state !== 'running' && rollout.state !== 'paused') {
      this.wrong('nothing begins in an aborted rollout', id);
    }
    if (member.wave >= waves.length || !touched(member.phase)) this.wrong('only members are updated', id);
    const failed = members.filter(({ failure, wave }) => failure !== null && wave === member.wave).length;
    const tolerance = definition.waves[member.wave]?.tolerance ?? 0;
    if (member.since === this.#now() && failed > tolerance) this.wrong('the tolerance is kept', id);
    this.#disturbs(ledger, { id, stack, work: { kind: 'finalize' } }, seen, { rollout, member });
  }

  /** Holds, windows and vetoes are kept, but for security releases after their notice, on record. */
  #disturbs(
    ledger: Ledger,
    { id, stack }: Operation,
    seen: ObservedStack | undefined,
    update: { readonly rollout: Rollout; readonly member: Member } | null,
  ): void {
    const now = this.#now();
    const say = ledger.stacks.get(stack)?.say;
    // Decided at `since`; asking for it again after a kill is no new disturbance.
    if (say === undefined || (update !== null && update.member.since !== now)) return;
    const { policy } = ledger;
    const against: string[] = [];
    if (say.holds.some(({ from, until }) => from <= now && now < until)) against.push('hold');
    if (!isOpen(say.windows, now)) against.push('window');
    const release = update?.rollout.definition.release;
    if (say.vetoes.some((veto) => veto.release === release && now < veto.until)) against.push('veto');
    if (seen?.busy && now < seen.busy.since + policy.busy_most_hours * HOUR) {
      this.wrong('a busy stack is left alone', id);
    }
    if (against.length === 0) return;
    const security = release !== undefined && ledger.releases.get(release)?.security === true;
    const noticed =
      update !== null && now >= update.rollout.announcedAt + policy.security_notice_hours * HOUR;
    const recorded = against.every((kind) => update?.member.overridden.some((one) => one.kind === kind));
    if (security && noticed && recorded) this.overrides += 1;
    else this.wrong('no hold is violated', `${id}: ${against.join(', ')}`);
  }

  /** Contract migrations run once nothing older can come back. */
  #contract(ledger: Ledger, { id, stack }: Operation, seen: ObservedStack | undefined): void {
    const late = seen !== undefined && this.#now() >= seen.releaseSince + ledger.policy.roll_back_days * DAY;
    const open = [...ledger.rollouts.values()].some(
      ({ state, members, definition }) =>
        state !== 'ended' && definition.release === seen?.release && members.has(stack),
    );
    if (seen?.state !== 'running' || !late || open) {
      this.wrong('contract migrations wait until nothing older can come back', id);
    }
  }
}
