import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FleetError } from '../../core/errors.ts';
import type { Work } from '../../core/operation.ts';
import { STACK_STATES, TRANSITIONS } from '../../core/stack.ts';
import { HOUR, MINUTE } from '../../core/time.ts';
import { testProvisioner } from '../conformance/provisioner.suite.ts';
import { FakeProvisioner } from './provisioner.ts';
import { seeded } from './random.ts';

testProvisioner('fake', () => {
  let now = 0;
  const provisioner = new FakeProvisioner({ seed: 1, now: () => now });
  return Promise.resolve({
    provisioner,
    releases: ['1.0.0', '1.1.0'],
    failNext: (stack, kind) => {
      provisioner.failNext(stack, kind, { code: 'no_capacity', again: true });
    },
    rest: () => {
      now += HOUR;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});

const work = fc.oneof(
  fc.constantFrom<Work>(
    { kind: 'create', release: '1.0.0', settings: {} },
    { kind: 'finalize' },
    { kind: 'contract', release: '1.1.0' },
    { kind: 'change_settings', settings: {} },
    { kind: 'restore', to: 0 },
    { kind: 'move', place: 'disk-2' },
    { kind: 'delete' },
  ),
  fc.constantFrom('1.0.0', '1.1.0').map((release): Work => ({ kind: 'roll_back', release })),
  fc.constantFrom('1.0.0', '1.1.0').map((release): Work => ({
    kind: 'update',
    release,
    checks: { rehearse: false, replay: 0 },
  })),
);

test('whatever is asked for, a stack is only ever where the state table leads', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(work, fc.integer({ min: 0, max: 30 }))), fc.integer(), (steps, seed) => {
      let now = 0;
      const provisioner = new FakeProvisioner({ seed, now: () => now, faults: { fail: 0.3, hang: 0.1 } });
      const state = () => provisioner.look()[0]?.state ?? 'absent';
      for (const [index, [asked, minutes]] of steps.entries()) {
        const before = state();
        const transition = TRANSITIONS[asked.kind];
        try {
          provisioner.beginNow({ id: String(index), stack: 'a', work: asked }, 1);
          assert.ok(transition.from.includes(before));
          assert.equal(state(), transition.during);
        } catch (error) {
          if (!(error instanceof FleetError)) throw error;
          assert.equal(error.code, 'operation_illegal');
          assert.equal(state(), before);
        }
        now += minutes * MINUTE;
        const [seen] = provisioner.look();
        if (seen === undefined) continue;
        assert.ok(STACK_STATES.includes(seen.state));
        assert.equal(
          seen.operation === null,
          !Object.values(TRANSITIONS).some(({ during }) => during === seen.state),
        );
        if (seen.oldest !== null) assert.notEqual(seen.release, '1.0.0');
      }
    }),
  );
});

test('the same seed, the same run', () => {
  const draw = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 5 }, () => random.next());
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});
