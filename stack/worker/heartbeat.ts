import { setTimeout as sleep } from 'node:timers/promises';
import type { Functions } from '@middle/cloud/ports/functions.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import { writeHeartbeat } from '@middle/store/heartbeats.ts';

export interface HeartbeatDeps {
  readonly database: Database;
  readonly functions: Functions;
  readonly log: Log;
  /** This process's name. */
  readonly worker: string;
  readonly release: string;
}

const EVERY_MILLISECONDS = 10_000;

/** Says every few seconds that this worker lives, and what runs user code in it. */
export function startHeartbeat(deps: HeartbeatDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { database, functions, log, worker, release } = deps;
  const loop = async (): Promise<void> => {
    const description = await functions.describe();
    while (!signal.aborted) {
      try {
        await writeHeartbeat(database, 'worker', { worker, release, pid: process.pid });
        await writeHeartbeat(database, 'functions', description);
      } catch (error) {
        log({ level: 'warn', code: 'heartbeat.failed', message: messageOf(error) });
      }
      await sleep(EVERY_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      await looping;
    },
  };
}
