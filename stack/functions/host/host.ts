import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { Broker } from '../egress/broker.ts';
import type { Engine } from './engine.ts';
import type { Launcher } from './launcher.ts';
import { createPool } from './pool.ts';
import { Run } from './run.ts';
import { startSandbox } from './sandbox.ts';

export interface FunctionHostOptions {
  readonly engine: Engine;
  readonly launcher: Launcher;
  readonly broker: Broker;
  readonly queueOf: (app: string) => Queue;
  /** Holds one directory per running process; what an earlier crash left in it is removed at the start. */
  readonly scratchFolder: string;
  readonly poolSize: number;
  /** After this long without an invocation no process waits any more. */
  readonly poolIdleSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Runs user code in processes of its own: one process, one invocation. */
export async function createFunctionHost(options: FunctionHostOptions): Promise<Functions> {
  const { engine, launcher, broker, queueOf, clock, log, scratchFolder } = options;
  await prepare(scratchFolder);
  const pool = createPool({
    size: options.poolSize,
    idleSeconds: options.poolIdleSeconds,
    log,
    start: (memoryMegabytes) => startSandbox({ engine, launcher, scratchFolder, memoryMegabytes }),
  });
  const running = new Map<Run, Promise<FunctionEnd>>();
  const discarding = new Set<Promise<void>>();
  let closed = false;

  return {
    invoke: async (call, signal) => {
      if (closed) throw new MiddleError('function_lost', 'The function host is closed.');
      if (call.engine !== engine.name) throw noEngine(call);
      const { app, connection, invocation, egress } = call;
      const run = new Run({
        call,
        queue: queueOf(app),
        clock,
        openEgress: (note) => broker.open({ app, connection, invocation, policy: egress, note }),
      });
      const cancel = (): void => {
        run.stop('killed', { code: 'function_cancelled', message: 'The run was cancelled.' });
      };
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel);
      const ended = run.execute(() => pool.take(call.limits.memoryMegabytes));
      running.set(run, ended);
      return ended.finally(() => {
        signal.removeEventListener('abort', cancel);
        running.delete(run);
        const discarded = run.discarded.finally(() => discarding.delete(discarded));
        discarding.add(discarded);
      });
    },
    describe: async () => ({ engines: [await engine.describe()], launcher: launcher.name }),
    close: async () => {
      closed = true;
      for (const run of running.keys())
        run.stop('lost', { code: 'function_lost', message: 'The function host is stopping.' });
      await Promise.allSettled(running.values());
      await Promise.allSettled(discarding);
      await pool.close();
      broker.close();
    },
  };
}

async function prepare(scratchFolder: string): Promise<void> {
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(scratchFolder)) {
    if (name.startsWith('run-')) await rm(join(scratchFolder, name), { recursive: true, force: true });
  }
}

function noEngine({ engine }: FunctionCall): MiddleError {
  return new MiddleError('function_lost', `There is no engine for ${engine} in this release.`);
}
