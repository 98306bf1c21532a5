import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into each part of ours with `--import`: when the supervisor is gone, however it went, its end of our stdin is
 * closed, and we stop as if asked to. A part without a supervisor would run on, unseen and never restarted.
 */
const stop = (): void => {
  process.kill(process.pid, 'SIGTERM');
};

if (isMainThread) {
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
  // The pipe that the supervisor gives us must not keep alive a process that is done.
  if ('unref' in process.stdin) process.stdin.unref();
}
