import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@middle/contract/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { writeZip } from '@middle/functions/package/zip.ts';
import { crashApp } from './app.ts';
import { compareWithSource } from './compare.ts';
import { redeliver } from './redeliver.ts';
import { CrashSource } from './source.ts';
import { isWhole, kill } from './victims.ts';
import type { Victim } from './victims.ts';
import { prepareWorkflow } from './workflow.ts';

/**
 * npm run crash -- --kills N --records N --seed S [--json]
 *
 * Starts a whole stack on a data folder of its own, transfers a source that changes between transfers, lets a workflow react
 * to each change, and meanwhile kills the worker, the API, Postgres and functions with SIGKILL at random moments and delivers
 * messages again. Afterwards records, versions, counts, executions and their effects must equal the source exactly.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    records: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const random = mulberry32(Number(values.seed));
/** Each round kills each of these once, in another order, so that no kind goes short. */
const VICTIMS: readonly Victim[] = ['worker', 'postgres', 'function', 'api', 'worker', 'function'];
const PAUSE_MILLISECONDS = { least: 200, most: 3_000 };
const RUN_MILLISECONDS = 300_000;
const JOB_MILLISECONDS = 60_000;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const folder = mkdtempSync(path.join(tmpdir(), 'middle-crash-'));
const source = new CrashSource();
const host = await source.listen();
source.add(Number(values.records));
const stack = spawn(
  process.execPath,
  [
    path.join(import.meta.dirname, '../../cli/main.ts'),
    'up',
    '--data',
    folder,
    '--port',
    '0',
    '--no-sample',
    '--json',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const begun = performance.now();
const killed: Record<Victim, number> = { worker: 0, postgres: 0, function: 0, api: 0 };
let transfers = 0;
let redelivered = 0;
const calm = new AbortController();
let problems: string[];
let workflows = { executions: 0, effects: 0, takenOver: 0 };
try {
  const [line]: string[] = await once(createInterface(stack.stdout), 'line');
  const { address }: { address?: string } = JSON.parse(line ?? '{}');
  if (address === undefined) throw new TypeError(`the stack did not start: ${line}`);
  const token = readFileSync(path.join(folder, 'keys', 'cli.token'), 'utf8').trim();
  const client = createClient({ baseUrl: address, token });
  say(`The stack is up at ${address}, its data in ${folder}.`);
  const { syncs, workflowId } = await prepare();
  const config: { database: DatabaseAddress } = JSON.parse(
    readFileSync(path.join(folder, 'run', 'worker.json'), 'utf8'),
  );
  const redelivering = redeliver(config.database, calm.signal);
  const killing = killAtRandom();
  while (total() < kills || transfers === 0) {
    await Promise.all(syncs.map(transfer));
    transfers += 1;
    say(`Transfer ${transfers} of ${source.size} records is done, after ${total()} kills.`);
    if (total() < kills) source.change(random);
  }
  await killing;
  calm.abort();
  redelivered = await redelivering;
  const { problems: found, ...counted } = await compareWithSource(config.database, workflowId, source);
  workflows = counted;
  problems = [...found, ...(await searchProblems()), ...(await bookProblems())];

  /** An account, the app, a connection that may reach the source, a workflow that hears of its changes. */
  async function prepare(): Promise<{ readonly syncs: readonly string[]; readonly workflowId: string }> {
    await client.createAccount({ body: { key: 'crash', name: 'Crash' } });
    await client.pushApp({
      body: new Blob([Uint8Array.from(writeZip(crashApp(host)))]),
      query: { on: 'true', approveHosts: 'true' },
    });
    const { id } = await client.createConnection({
      params: { accountId: 'crash' },
      body: { app: 'crash', name: 'Crash', syncs: 'off' },
    });
    await client.allowDevelopmentHosts({ params: { connectionId: id }, body: { hosts: [host] } });
    const { items } = await client.listRecordSets({ params: { connectionId: id } });
    return {
      syncs: items.flatMap(({ syncs: of }) => of.map((sync) => sync.id)),
      workflowId: await prepareWorkflow(client, 'crash', id),
    };
  }

  /** Asks for a run and waits until it has succeeded; what is asked while the API is dead is asked again. */
  async function transfer(sync: string): Promise<void> {
    const end = performance.now() + RUN_MILLISECONDS;
    const run = await asked(() => client.runSync({ params: { syncId: sync }, body: {} }), end);
    for (;;) {
      const { state, error } = await asked(() => client.getSyncRun({ params: { runId: run.id } }), end);
      if (state === 'succeeded') return;
      if (state === 'failed' || state === 'cancelled')
        throw new TypeError(`the run ${state}: ${JSON.stringify(error)}`);
      await sleep(200);
    }
  }

  async function killAtRandom(): Promise<void> {
    const { least, most } = PAUSE_MILLISECONDS;
    const controlSocket = path.join(folder, 'run', 'control.sock');
    let round: Victim[] = [];
    while (total() < kills && stack.exitCode === null) {
      if (round.length === 0) {
        const places = VICTIMS.map((kind) => ({ kind, place: random() }));
        round = places.toSorted((a, b) => a.place - b.place).map(({ kind }) => kind);
      }
      const victim = round[0] ?? 'worker';
      // From when the stack is whole again, so that it has done some work when the next one dies.
      while (!(await isWhole(controlSocket).catch(() => false)) && stack.exitCode === null) await sleep(50);
      await sleep(least + random() * (most - least));
      // A function dies while the source is being asked by it, so in the middle of its work.
      if (victim === 'function') while (!source.isAsked && stack.exitCode === null) await sleep(5);
      if (!(await kill(controlSocket, victim).catch(() => false))) continue;
      round.shift();
      killed[victim] += 1;
      say(`  killed ${victim} (${total()} of ${kills})`);
    }
  }

  /** The index must have every record that is at the source, as the stack's own comparison sees it. */
  async function searchProblems(): Promise<string[]> {
    const end = performance.now() + JOB_MILLISECONDS;
    const { id } = await asked(() => client.checkSearchIndex({ body: {} }), end);
    for (;;) {
      const { state, result, error } = await asked(() => client.getJob({ params: { jobId: id } }), end);
      if (state === 'failed') return [`the check of the search index failed: ${JSON.stringify(error)}`];
      if (state === 'succeeded')
        return isClean(result) ? [] : [`the search index: ${JSON.stringify(result)}`];
      if (performance.now() > end) return [`the check of the search index is still ${state}`];
      await sleep(200);
    }
  }

  /** What was accepted is stored, set aside or dead-lettered, what was started has ended: the stack's own books. */
  async function bookProblems(): Promise<string[]> {
    const end = performance.now() + JOB_MILLISECONDS;
    for (;;) {
      const { balanced, items } = await asked(() => client.getBalance(), end);
      if (balanced) return [];
      const differences = items.flatMap((item) => item.differences.map(({ message }) => message));
      if (performance.now() > end) return differences.map((message) => `the balance: ${message}`);
      await sleep(500);
    }
  }
} finally {
  calm.abort();
  stack.kill('SIGTERM');
  await once(stack, 'exit');
  source.close();
}
const seconds = Math.round((performance.now() - begun) / 100) / 10;
const ok = problems.length === 0;
if (ok) rmSync(folder, { recursive: true });
for (const problem of problems.slice(0, 20)) say(`  ✗ ${problem}`);
say(
  `${total()} kills (${Object.entries(killed)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}) and ${redelivered} messages delivered again during ${transfers} transfers in ${seconds} s.`,
);
say(
  `${workflows.executions} executions, ${workflows.takenOver} of them taken over, with ${workflows.effects} effects at the source, which were asked for again ${source.effects.repeats} times.`,
);
say(
  ok
    ? 'Records, every version, counts, executions, effects, queues, books and search index: all equal the source exactly.'
    : `${problems.length} differences; the data stays in ${folder}.`,
);
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ ok, kills: total(), killed, redelivered, transfers, records: source.everSize, ...workflows, repeats: source.effects.repeats, seconds, seed: Number(values.seed), problems: problems.slice(0, 20) })}\n`,
  );
}
process.exitCode = ok ? 0 : 1;

function total(): number {
  return Object.values(killed).reduce((sum, count) => sum + count, 0);
}

/** The comparison looked at every record and found no difference. */
function isClean(result: unknown): boolean {
  const { compared, missing, extra, stale }: Record<string, unknown> = Object(result);
  return typeof compared === 'number' && compared > 0 && missing === 0 && extra === 0 && stale === 0;
}

async function asked<T>(ask: () => Promise<T>, end: number): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(200);
    }
  }
}

/** A small generator of random numbers that a seed repeats. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
