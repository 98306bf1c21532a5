import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import type { Listener } from '@middle/store/listen.ts';
import { readEndings } from '@middle/store/real-time/calls.ts';
import type { CalledExecution } from '@middle/store/real-time/calls.ts';

/** For endings whose notification was lost. */
const LOOK_MILLISECONDS = 1_000;
/** Who comes beyond that is told at once where to ask later. */
const WAITING_MOST = 10_000;

type Told = (ended: CalledExecution) => void;

/**
 * Waits for executions to end. Who waits is an entry in a map and holds no connection of the database: what has ended is
 * heard on one connection for the whole process, and read together.
 */
export class Endings {
  readonly #database: Database;
  readonly #log: Log;
  readonly #waiting = new Map<string, Set<Told>>();
  #listening: { readonly listener: Listener; readonly timer: NodeJS.Timeout } | null = null;
  #due = new Set<string>();
  #waiters = 0;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  get waiters(): number {
    return this.#waiters;
  }

  /** Null when it has not ended within this time, or the signal aborts. */
  async of(id: string, milliseconds: number, signal: AbortSignal): Promise<CalledExecution | null> {
    if (signal.aborted || this.#waiters >= WAITING_MOST) return null;
    this.#listen();
    return new Promise((resolve) => {
      const told = this.#waiting.get(id) ?? new Set<Told>();
      this.#waiting.set(id, told);
      const done = (ended: CalledExecution | null): void => {
        if (!told.delete(done)) return;
        this.#waiters -= 1;
        if (told.size === 0) this.#waiting.delete(id);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(ended);
      };
      const giveUp = (): void => done(null);
      const timer = setTimeout(giveUp, milliseconds);
      signal.addEventListener('abort', giveUp, { once: true });
      told.add(done);
      this.#waiters += 1;
      this.#lookSoon([id]);
    });
  }

  async close(): Promise<void> {
    if (this.#listening === null) return;
    clearInterval(this.#listening.timer);
    await this.#listening.listener.close();
  }

  /** From the first call on: a stack without callers needs no connection for it. */
  #listen(): void {
    if (this.#listening !== null) return;
    const listener = openListener(this.#database, this.#log);
    listener.on('middle_execution_ended', (id) => {
      if (id === '') this.#lookSoon(this.#waiting.keys());
      else if (this.#waiting.has(id)) this.#lookSoon([id]);
    });
    const timer = setInterval(() => this.#lookSoon(this.#waiting.keys()), LOOK_MILLISECONDS);
    timer.unref();
    this.#listening = { listener, timer };
  }

  /** One statement for all that were named by the time it is sent. */
  #lookSoon(ids: Iterable<string>): void {
    const isFirst = this.#due.size === 0;
    for (const id of ids) this.#due.add(id);
    if (isFirst && this.#due.size > 0) setImmediate(() => void this.#look());
  }

  async #look(): Promise<void> {
    const ids = [...this.#due].filter((id) => this.#waiting.has(id));
    this.#due = new Set();
    if (ids.length === 0) return;
    // A database that is away is asked again by the timer.
    const ended = await readEndings(this.#database, ids).catch(() => []);
    for (const one of ended) for (const tell of this.#waiting.get(one.id) ?? []) tell(one);
  }
}
