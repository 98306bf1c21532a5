/** Milliseconds to wait before the next start of a part that ended. */
const WAIT = { first: 100, most: 10_000 };
/** A part that served this long had nothing wrong with it. */
export const STEADY_MILLISECONDS = 30_000;

/** @param failures how many starts in a row did not last, counting the one that just ended; 1 or more. */
export function waitBeforeStart(failures: number): number {
  return Math.min(WAIT.first * 2 ** (failures - 1), WAIT.most);
}
