import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@middle/core/log.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { STEADY_MILLISECONDS, waitBeforeStart } from './backoff.ts';
import type { Part, PartState, PartStatus } from './part.ts';
import type { PartLog } from './part-log.ts';
import { startProcess } from './part-process.ts';
import type { PartProcess } from './part-process.ts';
import { isHung } from './signs-of-life.ts';

const ASK_MILLISECONDS = 20;
/** Ends of a part before it was ever ready, until its first start counts as failed. */
const FIRST_START_ATTEMPTS = 3;
/** From a kill signal that may be handled to the one that may not. */
const LAST_RESORT_MILLISECONDS = 2_000;

/**
 * Starts a part and keeps it running: when its process ends, another is started after a pause that doubles with each
 * start that did not last. The states are those of PartState:
 *
 *   starting -> ready -> waiting -> starting ...       any of them -> stopping -> stopped
 */
export class KeptPart {
  readonly part: Part;
  /** Settles when the part is ready for the first time; rejects when it can't be brought that far. */
  readonly firstReady: Promise<void>;

  readonly #partLog: PartLog;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #first = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #process: PartProcess | null = null;
  #state: PartState = 'starting';
  #since = new Date();
  #starts = 0;
  #lastExit: string | null = null;

  constructor(part: Part, partLog: PartLog, log: Log, changed: () => void) {
    this.part = part;
    this.#partLog = partLog;
    this.#log = log;
    this.#changed = changed;
    this.firstReady = this.#first.promise;
    this.firstReady.catch(() => {});
    this.#done = this.#keep();
  }

  status(): PartStatus {
    return {
      name: this.part.name,
      state: this.#state,
      pid: this.#process?.pid ?? null,
      since: this.#since.toISOString(),
      restarts: Math.max(this.#starts - 1, 0),
      lastExit: this.#lastExit,
    };
  }

  /** Ends the part in its own time, then by force. */
  stop(): Promise<void> {
    return this.#end(this.part.stopSignal, this.part.stopWithin);
  }

  /** Ends the part at once. */
  kill(): Promise<void> {
    return this.#end(this.part.killSignal, 0);
  }

  async #keep(): Promise<void> {
    let failures = 0;
    let served = false;
    for (;;) {
      const lasted = await this.#live().catch((error: unknown) => {
        this.#lastExit = messageOf(error);
        return null;
      });
      if (this.#stopping.signal.aborted) break;
      served ||= lasted !== null;
      failures = (lasted ?? 0) > STEADY_MILLISECONDS ? 1 : failures + 1;
      if (!served && failures >= FIRST_START_ATTEMPTS) this.#first.reject(this.#notStarted());
      const wait = waitBeforeStart(failures);
      this.#log({
        level: 'error',
        code: 'part.ended',
        message: `${this.part.name} ended (${this.#lastExit}); starting it again in ${wait / 1000} s`,
        data: { part: this.part.name, exit: this.#lastExit },
      });
      this.#enter('waiting');
      await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) break;
    }
    this.#enter('stopped');
    this.#first.reject(new MiddleError('not_running', `${this.part.name} was stopped.`));
  }

  /** One life of the part. @returns for how many milliseconds it served; null when it never did. */
  async #live(): Promise<number | null> {
    this.#enter('starting');
    const stopping = this.#stopping.signal;
    const command = await this.part.command();
    if (stopping.aborted) return null;
    this.#starts += 1;
    const process = await startProcess(command, this.#partLog);
    this.#process = process;
    if (stopping.aborted) process.signal(this.part.stopSignal);
    this.#changed();
    const over = new AbortController();
    const ended = process.ended.finally(() => over.abort());
    const why = await this.#untilReady(AbortSignal.any([over.signal, stopping]));
    const readyAt = Date.now();
    let hung = false;
    if (why === null) {
      this.#enter('ready');
      this.#first.resolve();
      hung = await this.#hangs(process, AbortSignal.any([over.signal, stopping]));
    } else if (!over.signal.aborted && !stopping.aborted) {
      this.#log({
        level: 'error',
        code: 'part.not_ready',
        message: `${this.part.name} is not ready: ${why}`,
      });
      process.signal(this.part.killSignal);
    }
    const exit = await ended;
    this.#lastExit = hung ? `hung, ${exit}` : exit;
    this.#process = null;
    return why === null ? Date.now() - readyAt : null;
  }

  /** Waits until the part ends, or kills it when it gives no sign of life: then true. */
  async #hangs(process: PartProcess, over: AbortSignal): Promise<boolean> {
    const { life, name } = this.part;
    if (life === undefined) return false;
    const ask = life.signs === 'answers' ? () => this.part.whyNotReady() : null;
    const { silentFor } = life;
    if (!(await isHung({ silentFor, lastSign: () => process.lastBeat(), ask }, over))) return false;
    this.#log({
      level: 'error',
      code: 'part.hung',
      message: `${name} gave no sign of life for ${silentFor / 1_000} s; it is killed`,
      data: { part: name, pid: process.pid },
    });
    // A process that is stopped takes no other signal.
    process.signal('SIGKILL');
    return true;
  }

  /** Null when the part is ready; the last reason when the signal aborts or the time is over. */
  async #untilReady(signal: AbortSignal): Promise<string | null> {
    const giveUp = Date.now() + this.part.readyWithin;
    for (;;) {
      const why = await this.part.whyNotReady().catch(messageOf);
      if (signal.aborted) return why ?? 'it ended';
      if (why === null) return null;
      if (Date.now() > giveUp) return `${why} (after ${this.part.readyWithin / 1000} s)`;
      await sleep(ASK_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }

  async #end(signal: NodeJS.Signals, within: number): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.#enter('stopping');
    }
    this.#process?.signal(signal);
    const force = setTimeout(() => this.#process?.signal(this.part.killSignal), within);
    const last = setTimeout(() => this.#process?.signal('SIGKILL'), within + LAST_RESORT_MILLISECONDS);
    await this.#done;
    clearTimeout(force);
    clearTimeout(last);
  }

  #enter(state: PartState): void {
    if (this.#stopping.signal.aborted && state !== 'stopping' && state !== 'stopped') return;
    this.#state = state;
    this.#since = new Date();
    this.#changed();
  }

  #notStarted(): MiddleError {
    const { name } = this.part;
    const tail = this.#partLog.tail().trimEnd();
    return new MiddleError('internal', `${name} does not start (${this.#lastExit}).\n${tail}`, {
      data: { part: name, exit: this.#lastExit },
    });
  }
}
