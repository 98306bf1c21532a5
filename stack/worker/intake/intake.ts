import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { LogEntry, Logs } from '@middle/cloud/ports/logs.ts';
import { DEAD_LETTER_LIMITS } from '@middle/cloud/ports/queue.ts';
import type { Queue, Queues, ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { TOKEN_PURPOSE } from '@middle/core/token.ts';
import type { Database } from '@middle/store/database.ts';
import type { Listener } from '@middle/store/listen.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { RecordTypeCache } from './check-records.ts';
import type { KnownMessage } from './read-messages.ts';
import { storeBatch } from './store-batch.ts';
import type { StoredBatch } from './store-batch.ts';

export interface IntakeDeps {
  readonly database: Database;
  readonly listener: Listener;
  readonly queues: Queues;
  readonly logs: Logs;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Log;
}

/** Long enough for a batch under load; a batch that takes longer is received again and changes nothing. */
const VISIBILITY_SECONDS = 60;
const WAIT_SECONDS = 20;
/** While one batch is in its transaction, another is received and checked. */
const CONSUMERS_PER_APP = 2;
const LOOK_FOR_APPS_MILLISECONDS = 5_000;
const RETRY_MILLISECONDS = 500;
const RETRY_SECONDS_MOST = 300;

/**
 * Reads the apps' queues and stores what their messages hold. Accepted means stored: a message is deleted from its
 * queue only after the transaction that stored its effect.
 */
export function startIntake(deps: IntakeDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const consumers = new Map<string, readonly Promise<void>[]>();
  const recordTypes = new RecordTypeCache();
  const tokenKey = deps.keys.derive(TOKEN_PURPOSE);

  const consume = (app: string): void => {
    if (consumers.has(app) || stopping.signal.aborted) return;
    const queue = deps.queues.open(app);
    const loops = Array.from({ length: CONSUMERS_PER_APP }, async () => {
      const consumer = new Consumer(deps, queue, recordTypes, await tokenKey);
      await consumer.run(stopping.signal);
    });
    consumers.set(app, loops);
  };
  const unlisten = deps.listener.on('middle_queue', (app) => {
    if (app !== '') consume(app);
  });
  const looking = lookForApps(deps, stopping.signal, consume);

  return {
    async stop() {
      unlisten();
      stopping.abort();
      await looking;
      await Promise.all([...consumers.values()].flat());
    },
  };
}

async function lookForApps(
  deps: IntakeDeps,
  signal: AbortSignal,
  found: (app: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for (const app of await deps.queues.list()) found(app);
    } catch (error) {
      deps.log({ level: 'warn', code: 'intake.queues_unread', message: messageOf(error) });
    }
    await deps.clock.sleep(LOOK_FOR_APPS_MILLISECONDS, signal);
  }
}

class Consumer {
  readonly #deps: IntakeDeps;
  readonly #queue: Queue;
  readonly #recordTypes: RecordTypeCache;
  readonly #tokenKey: Uint8Array;

  constructor(deps: IntakeDeps, queue: Queue, recordTypes: RecordTypeCache, tokenKey: Uint8Array) {
    this.#deps = deps;
    this.#queue = queue;
    this.#recordTypes = recordTypes;
    this.#tokenKey = tokenKey;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const received = await this.#queue.receive({
          max: 10,
          visibilitySeconds: VISIBILITY_SECONDS,
          waitSeconds: WAIT_SECONDS,
          signal,
        });
        if (received.length > 0) await this.#take(received);
      } catch (error) {
        // The database is away or restarting; what was received becomes visible again by itself.
        this.#deps.log({
          level: 'warn',
          code: 'intake.failed',
          message: messageOf(error),
          data: { app: this.#queue.name },
        });
        await this.#deps.clock.sleep(RETRY_MILLISECONDS, signal);
      }
    }
  }

  /** Stores a batch; when that fails, each message alone, so that one bad message doesn't hold up the others. */
  async #take(received: readonly ReceivedMessage[]): Promise<void> {
    try {
      await this.#settle(await this.#store(received));
    } catch (error) {
      const [first, ...more] = received;
      if (first !== undefined && more.length === 0) return this.#postpone(first, error);
      for (const one of received) await this.#take([one]);
    }
  }

  async #store(received: readonly ReceivedMessage[]): Promise<StoredBatch> {
    const { database, clock } = this.#deps;
    const origins = { app: this.#queue.name, tokenKey: this.#tokenKey };
    const store = (): Promise<StoredBatch> =>
      storeBatch({ database, recordTypes: this.#recordTypes }, received, origins);
    try {
      return await store();
    } catch (error) {
      if (!isPartitionMissing(error)) throw error;
      // The machine slept past the days that retention had prepared.
      await addDayPartitions(database, clock.now(), 1);
      return store();
    }
  }

  async #settle({ applied, rejected }: StoredBatch): Promise<void> {
    const entries = applied.flatMap((message) => logEntries(message, this.#queue.name));
    if (entries.length > 0) await this.#deps.logs.append(entries);
    if (applied.length > 0) await this.#queue.delete(applied.map(({ received }) => received.receipt));
    for (const { received, code, message } of rejected) {
      const data = { app: this.#queue.name, message: received.id, code };
      this.#deps.log({ level: 'warn', code: 'intake.rejected', message, data });
      await this.#queue.reject(received.receipt, { code, message });
    }
  }

  /** Tries the message again later; after its last receive it becomes a dead letter that says why. */
  async #postpone({ id, receipt, receiveCount }: ReceivedMessage, error: unknown): Promise<void> {
    const data = { app: this.#queue.name, message: id, receiveCount };
    const reason = messageOf(error);
    this.#deps.log({ level: 'error', code: 'intake.message_failed', message: reason, data });
    if (receiveCount < DEAD_LETTER_LIMITS.maxReceives) {
      await this.#queue.extend(receipt, Math.min(2 ** receiveCount, RETRY_SECONDS_MOST));
    } else {
      const message = `Received ${receiveCount} times and never stored; the last time: ${reason}`;
      await this.#queue.reject(receipt, { code: 'received_too_often', message });
    }
  }
}

/** Postgres: check_violation, which is also what a row without a partition is. */
function isPartitionMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23514';
}

function logEntries({ logs, header, invocation, received }: KnownMessage, app: string): readonly LogEntry[] {
  return logs.map(({ line, at, level, text }) => ({
    invocation: invocation.id,
    sequence: header.sequence,
    line,
    app,
    at: at === null ? received.sentAt : new Date(at),
    level,
    text,
  }));
}
