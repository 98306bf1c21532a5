import type { Clock } from '@middle/cloud/ports/clock.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database, Transaction } from '@middle/store/database.ts';
import { deleteConsumedEnded, takeEnded } from '@middle/store/executions/ended-outbox.ts';

/** Something that looks at each execution that ended, once. */
export interface Follower {
  /** Never changed: by it one knows how far it has come. */
  readonly name: string;
  /** In the transaction that notes these executions as done: what it writes is written once. */
  readonly follow: (client: Transaction, ids: readonly string[]) => Promise<void>;
}

export interface FollowersDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** Batches of ended executions in one transaction. */
const BATCHES = 200;
const EVERY_MILLISECONDS = 1_000;
const DELETE_BATCHES = 1_000;

/** Takes the executions that ended to each of these, a second after their end at the latest while it keeps up. */
export function startFollowers(
  deps: FollowersDeps,
  followers: readonly Follower[],
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (follower: Follower): Promise<void> => {
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await followOnce(deps.database, follower)));
        await deleteConsumedEnded(deps.database, DELETE_BATCHES);
      } catch (error) {
        const message = `${follower.name}: ${messageOf(error)}`;
        if (!signal.aborted) deps.log({ level: 'warn', code: 'executions.follow_failed', message });
      }
      await deps.clock.sleep(EVERY_MILLISECONDS, signal);
    }
  };
  const running = Promise.all(followers.map(loop));
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** @returns whether there may be more right now */
export async function followOnce(database: Database, { name, follow }: Follower): Promise<boolean> {
  return database.transaction(async (client) => {
    const taken = await takeEnded(client, name, BATCHES);
    if (taken === null || taken.ids.length === 0) return false;
    await follow(client, taken.ids);
    return taken.isMore;
  });
}
