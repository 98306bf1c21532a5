import { setTimeout as sleep } from 'node:timers/promises';

export interface LifeWatch {
  /** Milliseconds without a sign until a process counts as hung. */
  readonly silentFor: number;
  /** When the last sign came by itself, in milliseconds of the monotonic clock. */
  readonly lastSign: () => number;
  /** Asked at each look: null is a sign of life. Null: signs come by themselves only. */
  readonly ask: (() => Promise<string | null>) | null;
}

/** How often signs are looked at; asking costs the process something, looking doesn't. */
const LOOK_MILLISECONDS = 1_000;
const ASK_MILLISECONDS = 5_000;
/** Looks this late say that this process, or the whole machine, was stopped for a while: nobody could give a sign. */
const PAUSED_MILLISECONDS = 3_000;

/** Resolves once a process has given no sign of life for too long; false when the signal aborts first. */
export async function isHung(watch: LifeWatch, signal: AbortSignal): Promise<boolean> {
  const look = Math.min(watch.ask === null ? LOOK_MILLISECONDS : ASK_MILLISECONDS, watch.silentFor / 4);
  let sign = performance.now();
  let looked = sign;
  while (!signal.aborted) {
    await sleep(look, undefined, { signal }).catch(() => {});
    const answered = watch.ask === null ? false : (await watch.ask().catch(() => '')) === null;
    const now = performance.now();
    const wasPaused = watch.ask === null && now - looked > look + PAUSED_MILLISECONDS;
    looked = now;
    if (answered || wasPaused) sign = now;
    sign = Math.max(sign, watch.lastSign());
    if (!signal.aborted && now - sign > watch.silentFor) return true;
  }
  return false;
}
