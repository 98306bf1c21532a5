import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryOf } from '@middle/cloud/local/supervisor/memory.ts';
import { buildPortal } from '@middle/cli/portal-build.ts';
import { askControl } from '@middle/cloud/local/supervisor/control.ts';
import { median } from './bench.ts';
import type { Bench, BenchRow } from './bench.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
/** The flags of `npm start`. */
const FLAGS = ['--optimize-for-size', '--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

interface Started {
  readonly pid: number;
  readonly milliseconds: number;
  /** From the interrupt to the end of the process. */
  stop(): Promise<number>;
}

/** `middle up` as a person runs it, from the first instruction of Node until it prints its address. */
async function start(data: string): Promise<Started> {
  const begin = performance.now();
  const args = [...FLAGS, MAIN, '--data', data, '--json', 'up', '--port', '0', '--no-sample'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  const milliseconds = performance.now() - begin;
  if (typeof line !== 'string' || !line.startsWith('{"address"'))
    throw new Error(`The stack does not start: ${line}`);
  return {
    pid: child.pid ?? 0,
    milliseconds,
    async stop() {
      const stopBegin = performance.now();
      child.kill('SIGINT');
      await ended;
      return performance.now() - stopBegin;
    },
  };
}

/** How long a stack takes to start and to stop, and what it needs while nothing happens. */
export const run: Bench = async (context) => {
  const later = context.number('starts', 5);
  const idleSeconds = context.number('idle-seconds', 75);
  const data = await mkdtemp(path.join(tmpdir(), 'bench-start-'));
  try {
    context.progress('the portal');
    await buildPortal();
    context.progress('first start: a new database, all migrations');
    const first = await start(data);
    const stops = [await first.stop()];
    const starts: number[] = [];
    for (let number = 1; number <= later; number += 1) {
      context.progress(`start ${number} of ${later} on the same data`);
      const stack = await start(data);
      starts.push(stack.milliseconds);
      stops.push(await stack.stop());
    }
    const idle = await start(data);
    context.progress(`${idleSeconds} s of idling, until caches and pools are empty`);
    await sleep(idleSeconds * 1000);
    const memory = await memoryRows(idle.pid, path.join(data, 'run', 'control.sock'));
    await idle.stop();
    return {
      title: 'Start, stop and idle memory of a stack',
      rows: [
        { what: 'first start', value: first.milliseconds, unit: 'ms' },
        { what: 'later start, median', value: median(starts), unit: 'ms' },
        { what: 'later start, slowest', value: Math.max(...starts), unit: 'ms' },
        { what: 'stop, median', value: median(stops), unit: 'ms' },
        ...memory,
      ],
      notes: [
        'From starting Node until the address is printed: Postgres, migrations, worker and API answer. The portal is built before.',
        `Memory is PSS after ${idleSeconds} s of idling, without the sample: each shared page counts once in all.`,
      ],
    };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
};

async function memoryRows(supervisor: number, controlSocket: string): Promise<BenchRow[]> {
  const status = await askControl(controlSocket, 'GET', '/status');
  const parts = partsOf(status);
  const roots = await memoryOf([supervisor, ...parts.map(({ pid }) => pid)]);
  if (roots === null) return [];
  const megabytes = (pid: number): number => (roots.get(pid) ?? 0) / 1024 / 1024;
  const all = megabytes(supervisor);
  const own = all - parts.reduce((sum, { pid }) => sum + megabytes(pid), 0);
  return [
    { what: 'idle memory in all', value: all, unit: 'MB' },
    { what: 'of it the supervisor', value: own, unit: 'MB' },
    ...parts.map(({ name, pid }) => ({ what: `of it ${name}`, value: megabytes(pid), unit: 'MB' })),
  ];
}

function partsOf(status: unknown): { name: string; pid: number }[] {
  if (typeof status !== 'object' || status === null || !('parts' in status) || !Array.isArray(status.parts))
    return [];
  const parts: { name: string; pid: number }[] = status.parts;
  return parts;
}
