/** Presses closer together than this are one: npm passes the terminal's Ctrl-C on, so it arrives twice. */
const SAME_PRESS_MILLISECONDS = 500;
const ORPHAN_POLL_MILLISECONDS = 1_000;

/**
 * Tells the first and the second wish to end: Ctrl-C, SIGTERM, or a closed terminal. When npm started us, its end is
 * a wish as well, because npm does not pass every signal on.
 */
export function onInterrupt(stop: () => void, kill: () => void): { stopListening(): void } {
  let firstAt = 0;
  const hear = (): void => {
    const now = performance.now();
    if (firstAt === 0) {
      firstAt = now;
      stop();
    } else if (now - firstAt > SAME_PRESS_MILLISECONDS) kill();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, hear);
  const parent = process.ppid;
  const orphaned = (): void => {
    if (process.ppid !== parent && firstAt === 0) hear();
  };
  const timer =
    process.env['npm_lifecycle_event'] === undefined
      ? undefined
      : setInterval(orphaned, ORPHAN_POLL_MILLISECONDS);
  timer?.unref();
  return {
    stopListening() {
      clearInterval(timer);
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
