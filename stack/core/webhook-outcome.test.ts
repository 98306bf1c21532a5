import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRequest, decideRestart } from './webhook-outcome.ts';

const error = { code: 'function_error', message: 'it failed', fault: 'developer' } as const;

test('a request is tried five times, then it is dead', () => {
  assert.deepEqual(decideRequest(0, null), { state: 'processed' });
  const waits = [0, 1, 2, 3].map((attempts) => {
    const decision = decideRequest(attempts, error);
    return decision.state === 'waiting' ? decision.seconds : decision.state;
  });
  assert.deepEqual(waits, [1, 5, 30, 120]);
  assert.deepEqual(decideRequest(4, error), { state: 'dead', error });
  assert.deepEqual(decideRequest(3, null), { state: 'processed' });
});

test('one that its function refuses is not tried again', () => {
  const refusal = { ...error, code: 'webhook_refused' };
  assert.deepEqual(decideRequest(0, refusal), { state: 'refused', error: refusal });
});

test('one that ends its worker again and again is dead', () => {
  assert.equal(decideRestart(4), null);
  assert.equal(decideRestart(5)?.state, 'dead');
});
