import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyChanges } from '../core/ledger.ts';
import type { Ledger } from '../core/ledger.ts';
import { plan } from '../core/plan.ts';
import { NOTHING_SAID } from '../core/say.ts';
import { simulate } from './simulate.ts';
import type { SimulationResult } from './simulate.ts';

let ticks = 0;
const run = (seed: number, planner: typeof plan = plan, stacks = 80): SimulationResult =>
  simulate({ stacks, seed, days: 20, stepMinutes: 20, clock: () => (ticks += 1), planner });

describe('the real planner', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    test(`keeps its promises: seed ${String(seed)}`, () => {
      const result = run(seed);
      assert.deepEqual(result.violations, []);
      assert.ok(result.kills > 20 && result.rollouts.ended > 2, JSON.stringify(result.rollouts));
    });
  }

  test('does the same for the same seed', () => {
    const without = ({ planMeanMs: _mean, planSlowestMs: _slowest, ...rest }: SimulationResult) => rest;
    assert.deepEqual(without(run(9)), without(run(9)));
  });
});

/** A planner that sees another ledger than there is, and so decides what it must not. */
const mistaken =
  (see: (ledger: Ledger) => Ledger): typeof plan =>
  (snapshot, now) => {
    const { changes, operations } = plan({ ...snapshot, ledger: see(snapshot.ledger) }, now);
    return { changes, operations, ledger: applyChanges(snapshot.ledger, changes, now) };
  };

const withRollouts = (
  ledger: Ledger,
  change: (rollout: ReturnType<Ledger['rollouts']['get']> & object) => object,
): Ledger => ({
  ...ledger,
  rollouts: new Map([...ledger.rollouts].map(([id, rollout]) => [id, { ...rollout, ...change(rollout) }])),
});

describe('a planner with a mistake is caught', () => {
  const mistakes: readonly (readonly [string, string, typeof plan])[] = [
    [
      'that does not hear what customers say',
      'no hold is violated',
      mistaken((ledger) => ({
        ...ledger,
        stacks: new Map([...ledger.stacks].map(([name, stack]) => [name, { ...stack, say: NOTHING_SAID }])),
      })),
    ],
    [
      'that begins more at once than it may',
      'so many at once',
      mistaken((ledger) =>
        withRollouts(ledger, ({ definition }) => ({
          definition: { ...definition, waves: definition.waves.map((wave) => ({ ...wave, at_once: 1_000 })) },
        })),
      ),
    ],
    [
      'that does not know of recalls',
      'nothing gets a recalled release',
      mistaken((ledger) => ({
        ...ledger,
        releases: new Map(
          [...ledger.releases].map(([version, release]) => [version, { ...release, recall: null }]),
        ),
      })),
    ],
    [
      'that shuts the way back at once',
      'contract migrations wait until nothing older can come back',
      mistaken((ledger) => ({ ...ledger, policy: { ...ledger.policy, roll_back_days: 0 } })),
    ],
    [
      'that never ends a rollout',
      'every rollout ends',
      (snapshot, now) => {
        const { changes, operations } = plan(snapshot, now);
        const kept = changes.filter((change) => change.kind !== 'rollout' || change.to !== 'ended');
        return { changes: kept, operations, ledger: applyChanges(snapshot.ledger, kept, now) };
      },
    ],
  ];
  for (const [what, rule, planner] of mistakes) {
    test(what, () => {
      const broken = [1, 2, 3, 4, 5].some((seed) =>
        // More than a wave takes at once.
        run(seed, planner, 160).violations.some((violation) => violation.rule === rule),
      );
      assert.ok(broken, `no run broke "${rule}"`);
    });
  }
});
