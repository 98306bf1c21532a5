import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@middle/cloud/ports/clock.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (milliseconds, signal) =>
    wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
