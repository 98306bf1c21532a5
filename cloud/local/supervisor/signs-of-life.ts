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
/** An answer that takes longer is none; a new connection to Postgres gives up after 5 s by itself. */
const ANSWER_MILLISECONDS = 6_000;
/** A look this much too late says that this process, or the whole machine, was stopped: nobody could give a sign. */
const PAUSED_MILLISECONDS = 3_000;

/** Resolves once a process has given no sign of life for too long; false when the signal aborts first. */
export async function isHung(watch: LifeWatch, signal: AbortSignal): Promise<boolean> {
  const { silentFor, ask, lastSign } = watch;
  const look = Math.min(ask === null ? LOOK_MILLISECONDS : ASK_MILLISECONDS, silentFor / 4);
  const answerWithin = ask === null ? 0 : Math.min(ANSWER_MILLISECONDS, silentFor / 4);
  let sign = performance.now();
  while (!signal.aborted) {
    const begin = performance.now();
    await sleep(look, undefined, { signal }).catch(() => {});
    const answered = ask !== null && (await answers(ask, answerWithin));
    const now = performance.now();
    const wasPaused = now - begin > look + answerWithin + PAUSED_MILLISECONDS;
    sign = Math.max(answered || wasPaused ? now : sign, lastSign());
    if (!signal.aborted && now - sign > silentFor) return true;
  }
  return false;
}

async function answers(ask: () => Promise<string | null>, within: number): Promise<boolean> {
  const over = new AbortController();
  const answer = ask().then(
    (why) => why === null,
    () => false,
  );
  const late = sleep(within, false, { signal: over.signal }).catch(() => false);
  const answered = await Promise.race([answer, late]);
  over.abort();
  return answered;
}
