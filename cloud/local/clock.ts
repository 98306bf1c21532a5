import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    // An abort ends the wait early; it is no failure of it.
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};
