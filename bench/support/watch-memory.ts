import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askControl } from '@middle/cloud/local/supervisor/control.ts';

const EVERY_MILLISECONDS = 500;

/** Bytes. */
export interface Watched {
  /** Shared pages count by their share (proc_pid_smaps_rollup). */
  readonly pss: number;
  /** As the kernel counts it: every page that the process has in memory. */
  readonly rss: number;
}

export interface MemoryWatch {
  now(): Watched;
  text(): string;
  /** The most there was since the watch began. */
  stop(): Promise<Watched>;
}

/** Watches the process of a part of the stack, without the processes that it started. Linux alone tells. */
export async function watchMemory(folder: string, part: string): Promise<MemoryWatch> {
  const status = await askControl(path.join(folder, 'run', 'control.sock'), 'GET', '/status');
  const { parts = [] }: { parts?: readonly { name: string; pid: number }[] } = Object(status);
  const pid = parts.find(({ name }) => name === part)?.pid;
  if (pid === undefined) throw new Error(`The stack has no part ${part}.`);
  let last = await look(pid);
  let most = last;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      await sleep(EVERY_MILLISECONDS);
      last = await look(pid);
      most = { pss: Math.max(most.pss, last.pss), rss: Math.max(most.rss, last.rss) };
    }
  })();
  return {
    now: () => last,
    text: () => `the worker has ${megabytes(last.rss)} MB, had ${megabytes(most.rss)}`,
    async stop() {
      over.abort();
      await watching;
      return most;
    },
  };
}

async function look(pid: number): Promise<Watched> {
  const [rollup, status] = await Promise.all([
    readFile(`/proc/${pid}/smaps_rollup`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  return { pss: kilobytes(rollup, 'Pss') * 1024, rss: kilobytes(status, 'VmRSS') * 1024 };
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
}

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
