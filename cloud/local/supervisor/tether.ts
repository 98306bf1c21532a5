/**
 * Loaded into each part of ours with `--import`: when the supervisor is gone, however it went, its end of our stdin is
 * closed, and we stop as if asked to. A part without a supervisor would run on, unseen and never restarted.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
process.stdin.unref();
