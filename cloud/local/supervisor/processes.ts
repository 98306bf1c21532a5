import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MILLISECONDS = 10;

/** When a process started, in the kernel's own units; null when there is no such process, or it is dead and unreaped. */
export async function startTimeOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.trim() === '' ? null : stdout.trim();
  }
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The second field is the program's name in brackets and may hold anything; the rest is separated by spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === 'Z' || startTime === undefined ? null : startTime;
}

/** Sends a signal to a process group, or to one process; one that is gone is no error. */
export function send(pid: number, signal: NodeJS.Signals, to: 'group' | 'process'): void {
  try {
    process.kill(to === 'group' ? -pid : pid, signal);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH') throw error;
  }
}

/** Waits for a process that isn't our child to end. False when it still runs after `within` milliseconds. */
export async function hasEnded(mark: { pid: number; startTime: string }, within: number): Promise<boolean> {
  const until = Date.now() + within;
  while ((await startTimeOf(mark.pid)) === mark.startTime) {
    if (Date.now() > until) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}
