import type { Clock } from '@middle/cloud/ports/clock.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Listener } from '@middle/store/listen.ts';
import { claimRun, reapRuns } from '@middle/store/run-claims.ts';
import { startLookups } from '@middle/store/run-settle.ts';
import { Waker } from '../wake.ts';
import { executeRun } from './runs.ts';
import type { RunsDeps } from './runs.ts';
import { settleRuns } from './settle.ts';
import { fireCatchUps, fireDueTicks } from './ticks.ts';

export interface SyncsDeps extends Omit<RunsDeps, 'leaseSeconds' | 'clock'> {
  readonly clock: Clock;
  readonly listener: Listener;
  /** This process's name, unique among those of the stack. */
  readonly worker: string;
  /** Functions that run at a time. */
  readonly concurrency?: number;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
}

const CONCURRENCY = 4;
/** A worker that went silent for so long has lost its runs. */
const LEASE_SECONDS = 15;
const POLL_MILLISECONDS = 1_000;
const CATCH_UP_MILLISECONDS = 60_000;
/** Lookups of one connection under way, and those queued with them. */
const LOOKUPS_RUNNING = 2;
const LOOKUPS_OPEN = 10;

/**
 * Starts runs when they are due or asked for, runs their functions, and settles them. Each look does all of it: ticks,
 * lookups, reaping, settling, claiming. Several workers may look at the same time.
 */
export function startSyncs(deps: SyncsDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const waker = new Waker();
  const unlisten = (['middle_sync', 'middle_settle'] as const).map((channel) =>
    deps.listener.on(channel, () => waker.wake()),
  );
  /** With the connection of each. */
  const running = new Map<Promise<void>, string>();
  const run = { ...deps, leaseSeconds: deps.leaseSeconds ?? LEASE_SECONDS };

  const concurrency = deps.concurrency ?? CONCURRENCY;
  const claim = async (): Promise<void> => {
    while (!signal.aborted && running.size < concurrency) {
      const claimed = await claimRun(deps.database, {
        worker: deps.worker,
        leaseSeconds: run.leaseSeconds,
        lookups: LOOKUPS_RUNNING,
        except: greedy([...running.values()], concurrency),
      });
      if (claimed === null) return;
      const execution = executeRun(run, claimed, signal)
        .catch((error: unknown) => tell(deps, error))
        .finally(() => {
          running.delete(execution);
          waker.wake();
        });
      running.set(execution, claimed.connectionId);
    }
  };

  const loop = async (): Promise<void> => {
    let caughtUpAt = -Infinity;
    while (!signal.aborted) {
      waker.reset();
      try {
        await fireDueTicks(deps.database, deps.clock.now());
        if (performance.now() - caughtUpAt > CATCH_UP_MILLISECONDS) {
          caughtUpAt = performance.now();
          await fireCatchUps(deps.database, deps.clock.now());
        }
        await startLookups(deps.database, LOOKUPS_OPEN);
        await reapRuns(deps.database);
        await settleRuns(deps);
        await claim();
      } catch (error) {
        tell(deps, error);
      }
      await waker.sleep(deps.pollMilliseconds ?? POLL_MILLISECONDS, signal);
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      for (const stop of unlisten) stop();
      await looping;
      await Promise.all(running.keys());
    },
  };
}

/** Connections that hold all of a worker's places but one: the last is for the others, whatever their limit allows. */
function greedy(connections: readonly string[], concurrency: number): string[] {
  if (concurrency < 2) return [];
  const places = Map.groupBy(connections, (connection) => connection);
  return [...places].filter(([, held]) => held.length >= concurrency - 1).map(([connection]) => connection);
}

function tell({ log }: SyncsDeps, error: unknown): void {
  log({ level: 'warn', code: 'syncs.failed', message: messageOf(error) });
}
