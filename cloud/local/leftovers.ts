import { readFile, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '@middle/core/log.ts';
import type { DataFolder } from './data-folder.ts';
import { LOCK_FILE, readRunning } from './stack-lock.ts';
import type { ProcessMark } from './stack-lock.ts';
import { hasEnded, send, startTimeOf } from './supervisor/processes.ts';

const WAIT_MILLISECONDS = { clean: 15_000, forced: 5_000 };

/**
 * Ends what a supervisor that was killed, or a machine that lost power, has left behind. Only whoever holds the
 * stack's lock may call this. A process counts as ours when both its pid and its start time are the recorded ones.
 */
export async function endLeftovers(data: DataFolder, log: Log): Promise<void> {
  const running = await readRunning(data);
  for (const part of running?.parts ?? []) {
    if (part.name === 'postgres' || (await startTimeOf(part.pid)) !== part.startTime) continue;
    log({
      level: 'warn',
      code: 'leftover.ended',
      message: `Ending a leftover ${part.name} (process ${part.pid}).`,
    });
    send(part.pid, 'SIGKILL', 'group');
    await hasEnded(part, WAIT_MILLISECONDS.forced);
  }
  await endLeftoverPostgres(data, log);
  // A path that is not one of ours must never be removed, whatever the file says.
  const short = running?.shortFolder ?? null;
  if (short !== null && path.basename(short).startsWith('middle-'))
    await rm(short, { recursive: true, force: true });
  await emptyRunFolder(data);
}

/** Sockets, and what the parts were told; not the lock, which its holder removes. */
export async function emptyRunFolder(data: DataFolder): Promise<void> {
  for (const name of await readdir(data.run)) {
    if (name !== LOCK_FILE) await rm(path.join(data.run, name), { recursive: true, force: true });
  }
}

/**
 * Postgres itself refuses to start when the pid in its postmaster.pid lives, even as another program of the same user:
 * after a reboot that happens. So a pid file whose process isn't this cluster's is removed.
 */
async function endLeftoverPostgres(data: DataFolder, log: Log): Promise<void> {
  const folder = path.join(data.postgres, 'data');
  const pidFile = path.join(folder, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid < 2) return;
  const mark = await markOf(pid);
  if (mark === null || !(await worksIn(pid, folder))) {
    await rm(pidFile, { force: true });
    return;
  }
  log({ level: 'warn', code: 'leftover.ended', message: `Stopping a leftover postgres (process ${pid}).` });
  send(pid, 'SIGINT', 'process');
  if (await hasEnded(mark, WAIT_MILLISECONDS.clean)) return;
  send(pid, 'SIGQUIT', 'process');
  if (await hasEnded(mark, WAIT_MILLISECONDS.forced)) return;
  send(pid, 'SIGKILL', 'process');
  await hasEnded(mark, WAIT_MILLISECONDS.forced);
}

async function markOf(pid: number): Promise<ProcessMark | null> {
  const startTime = await startTimeOf(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Whether a process has this folder as its working directory. Elsewhere than on Linux the pid alone must do. */
async function worksIn(pid: number, folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
}
