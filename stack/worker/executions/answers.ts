import { readAnswers } from '@middle/store/executions/invocations.ts';
import type { InvocationAnswer } from '@middle/store/executions/invocations.ts';
import type { Database } from '@middle/store/database.ts';
import type { Listener } from '@middle/store/listen.ts';

/** For answers whose notification was lost. */
const LOOK_MILLISECONDS = 1_000;

/**
 * Waits for what actions answer. A function's result comes through its app's queue and the intake, as all that user
 * code gives; the intake notifies when it has stored the last message of an invocation.
 */
export class Answers {
  readonly #database: Database;
  readonly #unlisten: () => void;
  readonly #waiting = new Map<string, (answer: InvocationAnswer) => void>();
  readonly #timer: NodeJS.Timeout;
  #due = new Set<string>();

  constructor(database: Database, listener: Listener) {
    this.#database = database;
    this.#unlisten = listener.on('middle_settle', (id) => {
      if (id === '') this.#lookSoon(this.#waiting.keys());
      else if (this.#waiting.has(id)) this.#lookSoon([id]);
    });
    this.#timer = setInterval(() => this.#lookSoon(this.#waiting.keys()), LOOK_MILLISECONDS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unlisten();
  }

  /** Resolves once every message of the invocation is stored; null when the signal aborts first. */
  async of(invocation: string, signal: AbortSignal): Promise<InvocationAnswer | null> {
    if (signal.aborted) return null;
    return new Promise((resolve) => {
      const done = (answer: InvocationAnswer | null): void => {
        this.#waiting.delete(invocation);
        signal.removeEventListener('abort', abort);
        resolve(answer);
      };
      const abort = (): void => done(null);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(invocation, done);
      this.#lookSoon([invocation]);
    });
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
    const answers = await readAnswers(this.#database, ids).catch(() => []);
    for (const answer of answers) if (answer.isWhole) this.#waiting.get(answer.id)?.(answer);
  }
}
