import { closeSync, openSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MiddleError } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';
import { writeDurably } from './files.ts';

export const LOCK_FILE = 'stack.lock';

/**
 * One supervisor per data folder. The lock is one of the operating system on run/stack.lock, taken through SQLite
 * because Node has no call for it: it goes with the process, however that ends, so there is no stale lock to judge.
 */
export function takeLock(data: DataFolder): { release(): Promise<void> } | null {
  const file = path.join(data.run, LOCK_FILE);
  for (;;) {
    closeSync(openSync(file, 'a', 0o600));
    const { ino } = statSync(file);
    const database = new DatabaseSync(file, { timeout: 0 });
    try {
      database.exec('begin exclusive');
    } catch {
      database.close();
      return null;
    }
    // Whoever had the lock removes the file at its end; a lock on a removed file keeps nobody out.
    if (statSync(file, { throwIfNoEntry: false })?.ino === ino) {
      return {
        async release() {
          await rm(file, { force: true });
          database.close();
        },
      };
    }
    database.close();
  }
}

const processMark = z.object({ pid: z.int().min(1), startTime: z.string() });
/** A process, and when it started in the kernel's own units: a pid alone may be another process by now. */
export type ProcessMark = z.infer<typeof processMark>;

const running = z.object({
  supervisor: processMark,
  /** Where the portal and the API are; null until the API's port is known. */
  address: z.string().nullable(),
  controlSocket: z.string(),
  /** A folder of short names for sockets whose paths are too long, see short-path.ts. */
  shortFolder: z.string().nullable(),
  startedAt: z.string(),
  parts: z.array(processMark.extend({ name: z.string() })),
});
/** run/running.json: what the supervisor that holds the lock runs, or what one that was killed has left. */
export type Running = z.infer<typeof running>;

const fileOf = (data: DataFolder): string => path.join(data.run, 'running.json');

export async function readRunning(data: DataFolder): Promise<Running | null> {
  const text = await readFile(fileOf(data), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = running.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

export function writeRunning(data: DataFolder, state: Running): Promise<void> {
  return writeDurably(fileOf(data), JSON.stringify(state));
}

export function removeRunning(data: DataFolder): Promise<void> {
  return rm(fileOf(data), { force: true });
}

/** What a second start says. */
export async function alreadyRunning(data: DataFolder): Promise<MiddleError> {
  const state = await readRunning(data);
  const who = state === null ? 'another process' : `process ${state.supervisor.pid}`;
  const where = state?.address ?? null;
  return new MiddleError(
    'already_running',
    `This stack already runs: ${who}${where === null ? '' : `, ${where}`} (data folder ${data.root}).`,
    {
      hint: 'See it with `middle status`, or start another stack with --data DIR.',
      data: { pid: state?.supervisor.pid ?? null, address: where, dataFolder: data.root },
    },
  );
}
