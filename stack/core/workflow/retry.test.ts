import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { retryAfter } from './retry.ts';

const policy = { attempts: 4, firstSeconds: 5, factor: 2, mostSeconds: 12 };
const error = (code: string) => ({ code, message: 'x', fault: 'developer' }) as const;

test('waits grow by the factor up to the most, spread over the second half', () => {
  const at = (attempt: number, random: number) =>
    retryAfter(policy, { attempt, random, error: error('egress_failed') });
  assert.deepEqual(
    [1, 2, 3, 4].map((attempt) => [at(attempt, 0), at(attempt, 1)]),
    [
      [2_500, 5_000],
      [5_000, 10_000],
      [6_000, 12_000],
      [null, null],
    ],
  );
});

test('what trying again can not change is final; named codes decide alone', () => {
  const after = (code: string, codes?: string[]) =>
    retryAfter(
      { ...policy, ...(codes === undefined ? {} : { codes }) },
      { attempt: 1, random: 0, error: error(code) },
    );
  assert.equal(after('function_memory'), null);
  assert.notEqual(after('function_error'), null);
  assert.equal(after('function_error', ['egress_failed']), null);
  assert.notEqual(after('egress_failed', ['egress_failed']), null);
});

test('a wait is never longer than the most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const wait = retryAfter({ ...policy, attempts: 20 }, { attempt, random, error: error('x') });
        assert.ok(wait !== null && wait >= 2_500 && wait <= 12_000);
      },
    ),
  );
});
