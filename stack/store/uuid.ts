import { v7 } from 'uuid';

/** An id that sorts by this time: history is partitioned by the time in its ids. */
export function uuidv7(now: Date): string {
  return v7({ msecs: now.getTime() });
}
