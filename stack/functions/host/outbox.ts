import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { OutgoingMessage, Queue } from '@middle/cloud/ports/queue.ts';
import { QUEUE_LIMITS } from '@middle/cloud/ports/queue.ts';
import { MESSAGE_VERSION } from '@middle/core/message.ts';

/** Four such messages fit one SQS batch. */
const MESSAGE_BYTES = 240 * 1024;
const BATCH_MESSAGES = 4;
/** Messages that wait to be sent; above it the function's output is not read, so that it waits too. */
const PENDING_MESSAGES = 16;
/** How long an item may wait for others to share its message. */
const LINGER_MILLISECONDS = 100;
/** Waits between attempts to send: a database that restarts is back within these. */
const RETRY_MILLISECONDS = [100, 250, 500, 1000, 2000, 4000, 8000];

export interface OutboxOptions {
  readonly queue: Queue;
  readonly token: string;
  readonly clock: Clock;
  /** More came in than could be sent; `resume` is called when there is room again. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Sending failed for good: the run can't be told to anyone. */
  readonly lost: (error: unknown) => void;
}

/** Packs lines into messages, as core/message.ts says, without looking into them, and sends these to the app's queue. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #header: { readonly before: string; readonly after: string };
  #body = Buffer.allocUnsafe(MESSAGE_BYTES);
  #length = 0;
  #records = 0;
  #sequence = 0;
  #pending: OutgoingMessage[] = [];
  #sending: Promise<void> | null = null;
  #paused = false;
  #failed = false;
  #timer: NodeJS.Timeout | null = null;
  bytes = 0;
  records = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#header = {
      before: `{"v":${String(MESSAGE_VERSION)},"token":${JSON.stringify(options.token)},"sequence":`,
      after: ',"records":',
    };
  }

  get messages(): number {
    return this.#sequence;
  }

  /** Takes one line, kind letter first, without its line break. */
  add(bytes: Buffer, start: number, end: number, isRecord: boolean): void {
    const length = end - start + 1;
    if (this.#length + length > MESSAGE_BYTES) this.#close();
    if (length > this.#body.length) this.#body = Buffer.allocUnsafe(length);
    bytes.copy(this.#body, this.#length, start, end);
    this.#length += length;
    this.#body[this.#length - 1] = 0x0a;
    if (isRecord) {
      this.#records += 1;
      this.records += 1;
    }
    this.bytes += length;
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, LINGER_MILLISECONDS);
  }

  addText(line: string): void {
    const bytes = Buffer.from(line);
    this.add(bytes, 0, bytes.length, false);
  }

  /** What was gathered goes out now. */
  flush(): void {
    this.#close();
    this.#send();
  }

  /** Sends everything, the given line last, and waits until the queue has it. False when that failed for good. */
  async finish(line: string): Promise<boolean> {
    this.addText(line);
    this.flush();
    while (this.#sending !== null) await this.#sending;
    return !this.#failed;
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#length === 0) return;
    this.#sequence += 1;
    const { before, after } = this.#header;
    const header = Buffer.from(`${before}${String(this.#sequence)}${after}${String(this.#records)}}\n`);
    this.#pending.push({ body: Buffer.concat([header, this.#body.subarray(0, this.#length)]) });
    this.#length = 0;
    this.#records = 0;
    if (this.#body.length > MESSAGE_BYTES) this.#body = Buffer.allocUnsafe(MESSAGE_BYTES);
    if (!this.#paused && this.#pending.length >= PENDING_MESSAGES) {
      this.#paused = true;
      this.#options.pause();
    }
    if (this.#pending.length >= BATCH_MESSAGES) this.#send();
  }

  #send(): void {
    if (this.#sending !== null || this.#pending.length === 0 || this.#failed) return;
    this.#sending = this.#sendAll()
      .catch((error: unknown) => {
        this.#failed = true;
        this.#pending = [];
        this.#options.lost(error);
      })
      .finally(() => {
        this.#sending = null;
      });
  }

  async #sendAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, batchLength(this.#pending));
      await this.#sendBatch(batch);
      if (this.#paused && this.#pending.length < PENDING_MESSAGES / 2) {
        this.#paused = false;
        this.#options.resume();
      }
    }
  }

  /** Sending again after a lost answer may store a message twice; (invocation, sequence) makes that harmless. */
  async #sendBatch(batch: readonly OutgoingMessage[]): Promise<void> {
    for (const wait of RETRY_MILLISECONDS) {
      try {
        await this.#options.queue.send(batch);
        return;
      } catch {
        await this.#options.clock.sleep(wait);
      }
    }
    await this.#options.queue.send(batch);
  }
}

/** How many of the first messages one batch may hold; at least one. */
function batchLength(messages: readonly OutgoingMessage[]): number {
  let bytes = 0;
  const over = messages.findIndex(({ body }) => {
    bytes += body.length;
    return bytes > QUEUE_LIMITS.batchMaxBytes;
  });
  return Math.min(over === -1 ? messages.length : Math.max(over, 1), QUEUE_LIMITS.batchMaxMessages);
}
