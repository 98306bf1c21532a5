import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addHistograms, bucketOf, durationOf, percentile } from './durations.ts';

const counted = (durations: readonly number[]) =>
  addHistograms(durations.map((duration) => ({ [bucketOf(duration)]: 1 })));

test('a duration is at most 9% off the middle of its bucket', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e11, noNaN: true }), (duration) => {
      const shown = durationOf(bucketOf(duration));
      assert.ok(Math.abs(shown - duration) / duration <= 0.0906, `${shown} for ${duration}`);
    }),
  );
  assert.deepEqual([bucketOf(0), bucketOf(-5), durationOf(0)], [0, 0, 0]);
});

test('a percentile is that of the sorted durations, as near as buckets are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (durations, share) => {
        const sorted = [...durations].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const shown = percentile(counted(durations), share) ?? 0;
        assert.ok(Math.abs(shown - exact) / exact <= 0.0906, `${shown} for ${exact}`);
      },
    ),
  );
  assert.equal(percentile({}, 0.5), null);
});

test('what is counted apart adds up to what is counted together', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e6)), fc.array(fc.nat(1e6)), (one, other) => {
      assert.deepEqual(addHistograms([counted(one), counted(other)]), counted([...one, ...other]));
    }),
  );
});
