import type { Clock } from '../ports/clock.ts';

/** A clock that stands until it is moved; who sleeps wakes when their time has come. */
export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

export function manualClock(start = Date.parse('2026-01-01T00:00:00Z')): ManualClock {
  let time = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => new Date(time),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          at: time + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted === true) sleeper.wake();
        signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    advance: (seconds) => {
      time += seconds * 1000;
      for (const sleeper of sleepers) if (sleeper.at <= time) sleeper.wake();
    },
  };
}
