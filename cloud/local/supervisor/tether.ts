import { fstatSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into each part of ours with `--import`. It ties the part to its supervisor both ways: when the supervisor is
 * gone, however it went, its end of our stdin is closed, and we stop as if asked to, since a part without a supervisor
 * would run on, unseen and never restarted. And while our event loop turns, the supervisor hears a beat on descriptor 3.
 */
const BEAT_MILLISECONDS = 2_000;
const BEATS = 3;
const supervisor = process.ppid;

function stop(): void {
  process.once('exit', stopPostgres);
  process.kill(process.pid, 'SIGTERM');
}

/** Postgres doesn't notice that its supervisor is gone; whoever of us ends last tells it. */
function stopPostgres(): void {
  const file = process.env['MIDDLE_POSTMASTER'];
  if (file === undefined) return;
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    // Whoever adopted us adopted it too; one with another parent belongs to a supervisor that has started since.
    const isOrphan = process.ppid !== supervisor && parentOf(pid) === process.ppid;
    if (pid > 1 && isOrphan) process.kill(pid, 'SIGINT');
  } catch {
    // It is gone, or another's.
  }
}

function parentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

function beat(): void {
  if (!fstatSync(BEATS, { throwIfNoEntry: false })?.isSocket()) return;
  const socket = new Socket({ fd: BEATS, readable: false });
  socket.on('error', () => {});
  socket.unref();
  const write = (): void => void socket.write('.');
  write();
  setInterval(write, BEAT_MILLISECONDS).unref();
}

if (isMainThread) {
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
  // The pipe that the supervisor gives us must not keep alive a process that is done.
  if ('unref' in process.stdin) process.stdin.unref();
  try {
    beat();
  } catch {
    // Started by hand, without a supervisor.
  }
}
