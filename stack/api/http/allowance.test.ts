import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Allowance } from './allowance.ts';

test('never more than twice the allowance in a minute, and always it at first', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
      (perMinute, pauses) => {
        const allowance = new Allowance();
        let now = 1_000_000;
        const taken: number[] = [];
        const asked: number[] = [];
        for (const pause of pauses) {
          now += pause;
          asked.push(now);
          if (allowance.take('key', perMinute, now) === null) taken.push(now);
          const lastMinute = taken.filter((at) => at > now - 60_000).length;
          assert(lastMinute <= perMinute * 2);
        }
        const first = asked.slice(0, perMinute);
        assert.deepEqual(taken.slice(0, first.length), first);
      },
    ),
  );
});

test('says when to come back, and then lets in', () => {
  const allowance = new Allowance();
  for (let call = 0; call < 6; call += 1) assert.equal(allowance.take('a', 6, 0), null);
  assert.equal(allowance.take('a', 6, 0), 10);
  assert.equal(allowance.take('b', 6, 0), null);
  assert.equal(allowance.take('a', 6, 9_000), 1);
  assert.equal(allowance.take('a', 6, 10_000), null);
  assert.equal(allowance.take('a', 6, 10_000), 10);
});

test('forgets who has its whole allowance again', () => {
  const allowance = new Allowance();
  for (let at = 0; at < 30_000; at += 1) assert.equal(allowance.take(`caller ${at}`, 60, at * 10), null);
  assert.equal(allowance.take('caller 1', 1, 300_000), null);
});
