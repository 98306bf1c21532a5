import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DEFAULT_GATES, gateSchema, judge, medianOf } from './gate.ts';
import type { Signals } from './gate.ts';

const usual: Signals = {
  requests: 1_000,
  error_share: 0.01,
  latency_p95_ms: 100,
  queue_age_seconds: 5,
  crashes: 0,
  executions: 200,
  failed_execution_share: 0.02,
};
const alone = (now: Signals | null, before: Signals | null = usual) =>
  judge(DEFAULT_GATES, { now, before, othersBefore: null, othersNow: null });

test('as before passes; what got worse is named with its bound', () => {
  assert.equal(alone(usual).verdict, 'passed');
  assert.deepEqual(alone({ ...usual, error_share: 0.1 }), {
    verdict: 'failed',
    findings: [{ signal: 'error_share', value: 0.1, bound: 0.025 }],
  });
  assert.equal(alone({ ...usual, crashes: 3 }).verdict, 'failed');
  assert.equal(alone({ ...usual, latency_p95_ms: 240 }).verdict, 'passed');
  assert.equal(alone({ ...usual, latency_p95_ms: 251 }).verdict, 'failed');
});

test('what got worse everywhere is not held against the release', () => {
  const now = { ...usual, error_share: 0.3, failed_execution_share: 0.4 };
  const measured = {
    now,
    before: usual,
    othersBefore: usual,
    othersNow: { ...usual, error_share: 0.29, failed_execution_share: 0.4 },
  };
  assert.equal(judge(DEFAULT_GATES, measured).verdict, 'passed');
  assert.equal(judge(DEFAULT_GATES, { ...measured, othersNow: usual }).verdict, 'failed');
  // Absolute bounds hold whatever happens elsewhere.
  const broken = { ...usual, error_share: 0.9 };
  assert.equal(judge(DEFAULT_GATES, { ...measured, now: broken, othersNow: broken }).verdict, 'failed');
});

test('too little proves nothing, but crashes count all the same', () => {
  assert.equal(alone(null).verdict, 'unproven');
  assert.equal(alone({ ...usual, requests: 3, error_share: 1 }).verdict, 'unproven');
  assert.equal(alone({ ...usual, requests: 0, crashes: 9 }).verdict, 'failed');
  assert.equal(alone({ ...usual, error_share: 0.4 }, null).verdict, 'passed');
});

test('a gate is checked when it is made', () => {
  assert.equal(gateSchema.safeParse({ signal: 'luck', most: 1 }).success, false);
  assert.equal(gateSchema.safeParse({ signal: 'crashes', worse: 0.5 }).success, false);
});

test('the median lies between the least and the most', () => {
  assert.equal(medianOf([]), null);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }), (values) => {
      const median = medianOf(values.map((crashes) => ({ ...usual, crashes })))?.crashes ?? -1;
      const below = values.filter((value) => value < median).length;
      const above = values.filter((value) => value > median).length;
      assert.ok(below <= values.length / 2 && above <= values.length / 2);
    }),
  );
});
