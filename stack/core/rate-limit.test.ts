import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { burstOf, pause, RATE_START, takeTurn } from './rate-limit.ts';

const rates = fc.record({
  requests: fc.integer({ min: 1, max: 500 }),
  perSeconds: fc.integer({ min: 1, max: 3600 }),
});

test('no window of the period ever holds more requests than the limit', () => {
  fc.assert(
    fc.property(rates, fc.array(fc.nat(2000), { minLength: 1, maxLength: 300 }), (rate, gaps) => {
      let state = RATE_START;
      let now = 1_000_000;
      const turns: number[] = [];
      for (const gap of gaps) {
        now += gap;
        const turn = takeTurn(state, rate, now);
        state = turn.state;
        assert.ok(turn.waitMilliseconds >= 0);
        turns.push(now + turn.waitMilliseconds);
      }
      for (const [index, start] of turns.entries()) {
        const end = start + rate.perSeconds * 1000 - 0.001;
        const within = turns.slice(index).filter((turn) => turn < end).length;
        assert.ok(within <= rate.requests, `${String(within)} in one period of ${String(rate.requests)}`);
      }
    }),
  );
});

test('turns come in the order of asking, a first burst at once', () => {
  const rate = { requests: 60, perSeconds: 60 };
  let state = RATE_START;
  const waits = Array.from({ length: 12 }, () => {
    const turn = takeTurn(state, rate, 5000);
    state = turn.state;
    return turn.waitMilliseconds;
  });
  assert.equal(waits.filter((wait) => wait < 1).length, burstOf(rate));
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  );
});

test('a pause holds everyone, also without a rate', () => {
  const state = pause(pause(RATE_START, 9000), 4000);
  assert.equal(takeTurn(state, null, 5000).waitMilliseconds, 4000);
  assert.ok(takeTurn(state, { requests: 10, perSeconds: 1 }, 5000).waitMilliseconds >= 4000);
  assert.equal(takeTurn(state, null, 9500).waitMilliseconds, 0);
});
