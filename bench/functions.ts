import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { FunctionCall } from '@middle/cloud/ports/functions.ts';
import { callOf, sandboxBench } from '@middle/functions/testing/sandbox-bench.ts';
import type { SandboxBench } from '@middle/functions/testing/sandbox-bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { median, percentile, ratioRow } from './bench.ts';

const NEVER = new AbortController().signal;
const BLOCK_BYTES = 65_536;

/** What it costs to run a function: starting one, and moving what it emits. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const runs = context.number('runs', 30);
  const records = context.number('records', 300_000);
  const rows: BenchRow[] = [];

  context.progress('starting a bare process of Node.js');
  const bare = await times(runs, () => endOf(process.execPath, ['-e', '0']));
  context.progress('cold starts');
  const cold = await measureStarts(runs, 0);
  rows.push(
    ratioRow('cold invocation, p50', median(cold), 'ms', {
      what: 'start of a bare Node.js process',
      value: median(bare),
    }),
    { what: 'cold invocation, p95', value: percentile(cold, 0.95), unit: 'ms' },
  );

  context.progress('starts from the pool');
  const pooled = await measureStarts(runs, 2);
  rows.push(
    ratioRow('invocation from the pool, p50', median(pooled), 'ms', { what: 'cold', value: median(cold) }),
    { what: 'invocation from the pool, p95', value: percentile(pooled, 0.95), unit: 'ms' },
  );

  context.progress('memory of a waiting process');
  rows.push({ what: 'memory of a waiting process', value: await waitingMemory(), unit: 'MB' });

  context.progress('a pipe whose bytes nobody looks at');
  const pipe = await pipeBytesPerSecond(records * 1024);
  context.progress(`${String(records)} records of 1 KB from a function into messages`);
  const { perSecond, bytesPerSecond } = await measureRecords(records);
  rows.push(
    { what: 'records of 1 KB from a function into messages', value: perSecond, unit: 'records/s' },
    ratioRow('the same in bytes', bytesPerSecond / 1e6, 'MB/s', { what: 'a bare pipe', value: pipe / 1e6 }),
  );
  return {
    title: 'Functions: one process, one invocation',
    rows,
    notes: [
      `${String(runs)} invocations of a function that returns at once; ${String(records)} records. The queue takes messages at once`,
      'and keeps them in memory, so these figures are of the sandbox and its supervisor alone. A function is never warm: a',
      'process that ran one invocation is discarded.',
    ],
  };
}

async function measureStarts(runs: number, poolSize: number): Promise<number[]> {
  await using bench = await sandboxBench({ poolSize });
  const expected = poolSize === 0 ? 'cold' : 'pool';
  const found: number[] = [];
  while (found.length < runs) {
    const began = performance.now();
    const { start } = await bench.functions.invoke(callOf('return 1;'), NEVER);
    const took = performance.now() - began;
    if (start === expected) found.push(took);
    // The pool fills behind the invocation; what is measured is a call that finds it full.
    if (poolSize > 0) await filled(bench);
  }
  return found;
}

async function filled(bench: SandboxBench): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await readdir(bench.scratchFolder)).length >= bench.poolSize) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // Started is not yet ready: the engine needs this long to wait for its call.
  await new Promise((resolve) => setTimeout(resolve, 60));
}

async function measureRecords(records: number): Promise<{ perSecond: number; bytesPerSecond: number }> {
  await using bench = await sandboxBench({ poolSize: 0 });
  bench.queue.keep = false;
  const body = `const pad = 'x'.repeat(950);
    for (let n = 0; n < ${String(records)}; n += 1) ctx.emit('sale', { id: 'sale-' + n, pad, n });`;
  const limits: FunctionCall['limits'] = {
    wallSeconds: 300,
    memoryMegabytes: 256,
    outputBytes: 1e12,
    records: 1e12,
  };
  const began = performance.now();
  const end = await bench.functions.invoke(callOf(body, { limits }), NEVER);
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: end.records / seconds, bytesPerSecond: end.bytes / seconds };
}

async function pipeBytesPerSecond(bytes: number): Promise<number> {
  const blocks = Math.ceil(bytes / BLOCK_BYTES);
  const code = `const b = Buffer.alloc(${String(BLOCK_BYTES)}); const fs = require('node:fs');
    for (let n = 0; n < ${String(blocks)}; n += 1) for (let at = 0; at < b.length; ) { try { at += fs.writeSync(1, b, at); } catch {} }`;
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) seen += chunk.length;
  return (seen / (performance.now() - began)) * 1000;
}

/** What it has of its own, without the program that all of them share. */
async function waitingMemory(): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  await using bench = await sandboxBench({ poolSize: 1 });
  await bench.functions.invoke(callOf('return 1;'), NEVER);
  await filled(bench);
  const children = await readFile(`/proc/self/task/${String(process.pid)}/children`, 'utf8');
  const pids = children.split(' ').filter((pid) => pid !== '');
  const sizes = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0 0')),
  );
  return median(
    sizes.map((statm) => {
      const [, resident = 0, shared = 0] = statm.split(' ').map(Number);
      return ((resident - shared) * 4096) / 1e6;
    }),
  );
}

async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await work();
    found.push(performance.now() - began);
  }
  return found;
}

async function endOf(file: string, args: readonly string[]): Promise<void> {
  await once(spawn(file, args, { stdio: 'ignore' }), 'exit');
}
