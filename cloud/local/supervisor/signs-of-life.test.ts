import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHung } from './signs-of-life.ts';

const never = new AbortController().signal;

/** As when the machine sleeps: this process does nothing at all, longer than any part may be silent. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
}

test('a question that is never answered is no sign of life', async () => {
  const ask = (): Promise<string | null> => new Promise(() => {});
  assert.equal(await isHung({ silentFor: 400, lastSign: () => 0, ask }, never), true);
});

test('nobody hangs because the supervisor itself was paused, also when the first question afterwards fails', async () => {
  const stop = { asking: new AbortController(), looking: new AbortController() };
  const count = { asked: 0, looked: 0 };
  const asking = isHung(
    {
      silentFor: 1_000,
      lastSign: () => 0,
      ask() {
        count.asked += 1;
        if (count.asked === 1) return Promise.reject(new Error('it has just begun to run again'));
        stop.asking.abort();
        return Promise.resolve(null);
      },
    },
    stop.asking.signal,
  );
  const looking = isHung(
    {
      silentFor: 1_000,
      ask: null,
      lastSign() {
        count.looked += 1;
        if (count.looked === 2) stop.looking.abort();
        return 0;
      },
    },
    stop.looking.signal,
  );
  pause();
  assert.deepEqual(await Promise.all([asking, looking]), [false, false]);
});
