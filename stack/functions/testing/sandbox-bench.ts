import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { localFunctions } from '@middle/cloud/local/functions.ts';
import type { LocalFunctionsOptions } from '@middle/cloud/local/functions.ts';
import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import type { LogEvent } from '@middle/core/log.ts';
import { systemClock } from './clock.ts';
import type { MemoryQueue } from '../test/memory-queue.ts';
import type { MessageContents } from '../test/messages.ts';
import { headerOf, readMessages } from '../test/messages.ts';
import { memoryQueue } from '../test/memory-queue.ts';

export interface SandboxBench extends AsyncDisposable {
  readonly functions: Functions;
  readonly events: LogEvent[];
  readonly scratchFolder: string;
  readonly poolSize: number;
  /** Runs the body of an `async (ctx) => { … }` as a function and reads back what it sent. */
  run(body: string, call?: Partial<FunctionCall>, signal?: AbortSignal): Promise<Outcome>;
  readonly queue: MemoryQueue;
  queueOf(app: string): MemoryQueue;
}

export interface Outcome extends MessageContents {
  readonly end: FunctionEnd;
}

/** A function host with real processes and a queue that only remembers, for tests and benchmarks. */
export async function sandboxBench(options: Partial<LocalFunctionsOptions> = {}): Promise<SandboxBench> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'middle-functions-'));
  const poolSize = options.poolSize ?? 2;
  const queues = new Map<string, MemoryQueue>();
  const events: LogEvent[] = [];
  const queueOf = (app: string): MemoryQueue => {
    const queue = queues.get(app) ?? memoryQueue(app);
    queues.set(app, queue);
    return queue;
  };
  const functions = await localFunctions({
    queueOf,
    scratchFolder,
    poolSize,
    clock: systemClock,
    log: (event) => events.push(event),
    authorize: () => Promise.resolve(null),
    ...options,
  });
  return {
    functions,
    events,
    scratchFolder,
    poolSize,
    queue: queueOf('shop'),
    queueOf,
    run: async (body, call, signal = new AbortController().signal) => {
      const made = callOf(body, call);
      const end = await functions.invoke(made, signal);
      const own = queueOf(made.app).sent.filter((message) => headerOf(message)['token'] === made.token);
      return { end, ...readMessages(own) };
    },
    [Symbol.asyncDispose]: async () => {
      await functions.close();
      await rm(scratchFolder, { recursive: true, force: true });
    },
  };
}

export function callOf(body: string, call: Partial<FunctionCall> = {}): FunctionCall {
  return {
    invocation: randomUUID(),
    app: 'shop',
    version: '1.0.0',
    connection: 'c1',
    token: `token-${randomUUID()}`,
    engine: 'javascript',
    bundle: { digest: '', code: `module.exports.default = async (ctx) => {\n${body}\n};` },
    kind: 'sync',
    input: {},
    cursor: null,
    settings: {},
    egress: { baseUrl: null, hosts: [], developmentHosts: [], headers: {}, rate: null },
    limits: { wallSeconds: 10, memoryMegabytes: 128, outputBytes: 50_000_000, records: 100_000 },
    ...call,
  };
}
