import { forget } from '@middle/fleet/simulator/people.ts';
import { plan } from '@middle/fleet/core/plan.ts';
import { DEFAULT_POLICY } from '@middle/fleet/core/policy.ts';
import { planRollout, rolloutSchema } from '@middle/fleet/core/rollout.ts';
import type { Ledger, Snapshot } from '@middle/fleet/core/ledger.ts';
import { MINUTE } from '@middle/fleet/core/time.ts';
import { FakeProvisioner } from '@middle/fleet/provision/fake/provisioner.ts';
import { seeded } from '@middle/fleet/provision/fake/random.ts';
import { someFleet, someRelease, someRollout } from '@middle/fleet/simulator/scenario.ts';
import { median, percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult } from './bench.ts';

const STEP = 5 * MINUTE;
const BEGIN = Date.UTC(2026, 2, 27);

/** How long one plan for a whole fleet takes, while a rollout goes on in one wave of all of them. */
export function run(context: BenchContext): Promise<BenchResult> {
  const stacks = context.number('stacks', 10_000);
  const plans = context.number('plans', 1_000);
  let now = BEGIN;
  const random = seeded(1);
  const provisioner = new FakeProvisioner({ seed: 1, now: () => now, faults: { fail: 0.005, hang: 0.001 } });
  let ledger = withRollout(someFleet(stacks, random, provisioner, now), stacks, now);
  const quiet: number[] = [];
  const rolling: number[] = [];
  const reading: number[] = [];
  for (let count = 0; count < plans; count += 1) {
    const snapshot: Snapshot = {
      ledger,
      observed: new Map(provisioner.look().map((stack) => [stack.name, stack])),
    };
    reading.push(timed(() => read(snapshot)));
    const idle = { ...snapshot, ledger: { ...ledger, rollouts: new Map() } };
    quiet.push(timed(() => plan(idle, now)));
    let planned = plan(snapshot, now);
    rolling.push(timed(() => (planned = plan(snapshot, now))));
    for (const operation of planned.operations) provisioner.beginNow(operation, 1);
    ledger = forget(planned.ledger);
    if (count % 100 === 99) context.progress(`${String(count + 1)} plans`);
    if (ledger.rollouts.size === 0) ledger = withRollout(ledger, stacks, now);
    now += STEP;
  }
  const floor = { what: 'reading the snapshot once', value: median(reading) };
  return Promise.resolve({
    title: `Plan: ${String(stacks)} stacks, ${String(plans)} plans while one wave takes all, five minutes apart`,
    rows: [
      ratioRow('nothing to do: p50', median(quiet), 'ms', floor),
      ratioRow('a rollout goes on: p50', median(rolling), 'ms', floor),
      ratioRow('a rollout goes on: p99', percentile(rolling, 0.99), 'ms', floor),
      { what: 'a rollout goes on: slowest', value: Math.max(...rolling), unit: 'ms' },
    ],
    notes: [
      'A third of the stacks have windows, some are on hold. The peer looks at each stack once and does nothing with it.',
    ],
  });
}

function withRollout(ledger: Ledger, stacks: number, now: number): Ledger {
  const version = `1.${String(ledger.releases.size)}.0`;
  const usual = someRollout(`rollout-${String(ledger.releases.size)}`, version, stacks, seeded(7), now);
  // One wave of everything is the most that a plan can have to look at.
  const all = { ...usual.waves.slice(-1)[0], tolerance: stacks, at_once: Math.ceil(stacks / 50) };
  const definition = rolloutSchema.parse({ ...usual, waves: [all], tolerance: stacks, starts_at: now });
  return {
    ...ledger,
    policy: DEFAULT_POLICY,
    releases: new Map(ledger.releases).set(version, someRelease(version, now)),
    rollouts: new Map(ledger.rollouts).set(definition.id, planRollout(definition, now)),
  };
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function read({ ledger, observed }: Snapshot): number {
  let seen = 0;
  for (const { name, state } of observed.values()) {
    const said = ledger.stacks.get(name)?.say.holds.length ?? 0;
    if (state === 'running') seen += 1 + said;
  }
  return seen;
}
