import type { Ledger } from '../core/ledger.ts';
import { ask, isOver } from '../core/request.ts';
import type { RequestedWork } from '../core/request.ts';
import { planRollout } from '../core/rollout.ts';
import type { Rollout, Wish } from '../core/rollout.ts';
import { NOTHING_SAID, placeVeto } from '../core/say.ts';
import { DAY, HOUR } from '../core/time.ts';
import type { Moment } from '../core/time.ts';
import { compareVersions } from '../core/version.ts';
import type { Version } from '../core/version.ts';
import { FleetError } from '../core/errors.ts';
import type { FakeProvisioner } from '../provision/fake/provisioner.ts';
import type { Random } from '../provision/fake/random.ts';
import { FIRST_RELEASE, hold, someRelease, someRollout } from './scenario.ts';

/** Operators and customers: what they do at random, within what the doors of the control plane let them. */
export class People {
  refused = 0;
  /** Releases that are bad for some stacks: for this share of them. */
  readonly bad = new Map<Version, number>();
  #minor = 0;
  #rollouts = 0;
  #requests = 0;
  readonly #random: Random;
  readonly #provisioner: FakeProvisioner;

  constructor(random: Random, provisioner: FakeProvisioner) {
    this.#random = random;
    this.#provisioner = provisioner;
  }

  /** One step of everybody. `hours`: how long it is, so that more steps don't mean more happenings. */
  act(ledger: Ledger, now: Moment, hours: number): Ledger {
    let next = ledger;
    const perDay = (times: number): boolean => this.#random.chance((times * hours) / 24);
    if (perDay(0.35) || ledger.releases.size === 1) next = this.#release(next, now);
    if (perDay(0.08)) next = this.#recall(next, now);
    if (perDay(0.15)) next = this.#wish(next);
    else if (perDay(6)) next = this.#goOn(next);
    const customers = Math.min(30, ledger.stacks.size / 20);
    for (let times = 0; times < 4; times += 1) {
      if (perDay(customers)) next = this.#say(next, now);
      if (perDay(customers)) this.#busy(next, now);
    }
    if (perDay(2)) next = this.#request(next, now);
    return next;
  }

  #start(ledger: Ledger, release: Version, now: Moment, only: Version | null): Ledger {
    this.#rollouts += 1;
    const id = `rollout-${String(this.#rollouts)}`;
    const definition = someRollout(id, release, ledger.stacks.size, this.#random, now, only);
    return { ...ledger, rollouts: new Map(ledger.rollouts).set(id, planRollout(definition, now)) };
  }

  #release(ledger: Ledger, now: Moment): Ledger {
    this.#minor += 1;
    const version = `1.${String(this.#minor)}.0`;
    const made = someRelease(version, now, {
      contract: this.#random.chance(0.4),
      security: this.#random.chance(0.2),
      minimum: this.#minor > 3 && this.#random.chance(0.3) ? `1.${String(this.#minor - 2)}.0` : FIRST_RELEASE,
    });
    if (this.#random.chance(0.3)) this.bad.set(version, this.#random.chance(0.5) ? 1 : 0.02);
    const releases = new Map(ledger.releases).set(version, made);
    return this.#start({ ...ledger, releases }, version, now, null);
  }

  /** Recalls a release and moves its stacks off it: back to one before, or forward to a later or a new one. */
  #recall(ledger: Ledger, now: Moment): Ledger {
    const alive = [...ledger.releases.values()].filter(({ recall }) => recall === null);
    const release = this.#random.pick(alive.filter(({ version }) => version !== FIRST_RELEASE));
    if (release === undefined) return ledger;
    const recalled = { ...release, recall: { at: now, reason: 'loses messages' } };
    const releases = new Map(ledger.releases).set(release.version, recalled);
    const others = alive.filter(({ version }) => version !== release.version);
    const older = others.findLast(({ version }) => compareVersions(version, release.version) < 0);
    const target = this.#random.chance(0.5) ? older : others.at(-1);
    if (target === undefined) return { ...ledger, releases };
    return this.#start({ ...ledger, releases }, target.version, now, release.version);
  }

  #wish(ledger: Ledger): Ledger {
    const rollout = this.#random.pick(open(ledger));
    if (rollout === undefined) return ledger;
    const wish: Wish =
      this.#random.pick(['pause', 'pause', 'pause', 'abort', 'abort_all'] as const) ?? 'pause';
    return wished(ledger, rollout, wish);
  }

  /** People continue most of what they paused. */
  #goOn(ledger: Ledger): Ledger {
    const rollout = this.#random.pick(open(ledger).filter(({ wish }) => wish === 'pause'));
    return rollout === undefined ? ledger : wished(ledger, rollout, 'run');
  }

  #say(ledger: Ledger, now: Moment): Ledger {
    const stack = this.#random.pick([...ledger.stacks.values()]);
    const release = this.#random.pick([...ledger.releases.values()]);
    if (stack === undefined || release === undefined) return ledger;
    const { policy } = ledger;
    try {
      const veto = {
        release: release.version,
        until: now + this.#random.between(1, 12) * DAY,
        reason: 'audit',
      };
      const say = this.#random.chance(0.6)
        ? hold(stack.say, this.#random, now)
        : placeVeto(stack.say, veto, release.published_at, policy, now);
      return { ...ledger, stacks: new Map(ledger.stacks).set(stack.name, { ...stack, say }) };
    } catch (error) {
      if (!(error instanceof FleetError) || error.code !== 'beyond_policy') throw error;
      this.refused += 1;
      return ledger;
    }
  }

  #busy(ledger: Ledger, now: Moment): void {
    const stack = this.#random.pick([...ledger.stacks.keys()]);
    if (stack === undefined) return;
    const seen = this.#random.chance(0.5) ? { since: now, with: 'a complete transfer' } : null;
    this.#provisioner.report(stack, { busy: seen });
  }

  #request(ledger: Ledger, now: Moment): Ledger {
    this.#requests += 1;
    const id = `request-${String(this.#requests)}`;
    const stacks = new Map(ledger.stacks);
    const stack = this.#random.pick([...stacks.keys()]);
    if (stack === undefined) return ledger;
    const known = [...ledger.releases.values()].findLast(({ recall }) => recall === null);
    const works: readonly RequestedWork[] = [
      { kind: 'create', release: known?.version ?? FIRST_RELEASE, settings: {} },
      { kind: 'change_settings', settings: { memory: this.#random.between(1, 8) } },
      { kind: 'restore', to: now - HOUR },
      { kind: 'move', place: 'disk-2' },
      { kind: 'delete' },
    ];
    const work = this.#random.pick(works) ?? { kind: 'delete' };
    const name = work.kind === 'create' ? `stack-new-${String(this.#requests)}` : stack;
    if (work.kind === 'create') stacks.set(name, { ...stacks.get(stack), name, tags: [], say: NOTHING_SAID });
    const delay = work.kind === 'delete' ? this.#random.between(0, 24) * HOUR : 0;
    const request = { ...ask(id, name, work, now, delay), withdrawn: this.#random.chance(0.1) };
    return { ...ledger, stacks, requests: new Map(ledger.requests).set(id, request) };
  }
}

function open({ rollouts }: Ledger): readonly Rollout[] {
  return [...rollouts.values()].filter(({ state }) => state === 'running' || state === 'paused');
}

function wished(ledger: Ledger, rollout: Rollout, wish: Wish): Ledger {
  return { ...ledger, rollouts: new Map(ledger.rollouts).set(rollout.definition.id, { ...rollout, wish }) };
}

/** What is over needs no more planning: the ledger that plans are made from stays as small as what goes on. */
export function forget(ledger: Ledger): Ledger {
  const rollouts = new Map(ledger.rollouts);
  for (const [id, { state, members }] of rollouts) {
    const stranded = [...members.values()].some(({ phase }) => phase === 'stranded');
    if (state === 'ended' && !stranded) rollouts.delete(id);
  }
  const requests = new Map([...ledger.requests].filter(([, request]) => !isOver(request)));
  return { ...ledger, rollouts, requests };
}
