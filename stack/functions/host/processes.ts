import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Kills a process and every process below it, also those that left its group. The sandbox forbids starting any; this holds if it fails. */
export async function killTree(pid: number): Promise<void> {
  const all = process.platform === 'linux' ? await descendants(pid) : [pid];
  for (const one of all) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

async function descendants(pid: number): Promise<number[]> {
  const found = [pid];
  for (const one of found) {
    const tasks = await readdir(`/proc/${String(one)}/task`).catch(() => []);
    for (const task of tasks) {
      const children = await readFile(`/proc/${String(one)}/task/${task}/children`, 'utf8').catch(() => '');
      found.push(
        ...children
          .split(' ')
          .filter((text) => text !== '')
          .map(Number),
      );
    }
  }
  return found;
}

const PAGE_BYTES = 4096;

/** Memory that a process has of its own: without the engine's program, which all of them share. Null when it is not known. */
export async function ownMemory(pid: number): Promise<number | null> {
  if (process.platform === 'linux') {
    const statm = await readFile(`/proc/${String(pid)}/statm`, 'utf8').catch(() => '');
    const [, resident, shared] = statm.split(' ').map(Number);
    return resident === undefined || shared === undefined ? null : (resident - shared) * PAGE_BYTES;
  }
  if (process.platform === 'win32') return null;
  const listed = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => null);
  const kilobytes = Number(listed?.stdout.trim());
  return listed === null || Number.isNaN(kilobytes) ? null : kilobytes * 1024;
}

/** Bytes below a folder, counted until `stopAt` is passed; each entry counts for a block, so that many empty files count too. */
export async function folderBytes(folder: string, stopAt: number): Promise<number> {
  let bytes = 0;
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) pending.push(path);
      const size = entry.isFile()
        ? await stat(path).then(
            (found) => found.size,
            () => 0,
          )
        : 0;
      bytes += Math.max(size, PAGE_BYTES);
      if (bytes > stopAt) return bytes;
    }
  }
  return bytes;
}
