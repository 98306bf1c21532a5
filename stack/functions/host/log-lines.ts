import type { Clock } from '@middle/cloud/ports/clock.ts';
import { Redactor } from '@middle/core/workflow/redactor.ts';
import type { LogLevel } from '@middle/core/message.ts';
import type { Outbox } from './outbox.ts';

/** Lines that one invocation's log keeps; a flood of prints must not crowd out its records. */
const KEPT_LINES = 10_000;
const KEPT_BYTES = 4 * 1024 * 1024;
const TEXT_BYTES = 8192;
/** What the engine itself says on stderr, such as a crash report, is cut earlier. */
const STDERR_BYTES = 8192;

/** The log of one run on its way into the queue. */
export class LogLines {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #secrets: Redactor;
  #lines = 0;
  #bytes = 0;
  #dropped = 0;
  #stderr = '';

  /** @param secrets what the function was given and no log may hold */
  constructor(outbox: Outbox, clock: Clock, secrets: readonly unknown[] = []) {
    this.#outbox = outbox;
    this.#clock = clock;
    // Lines come as JSON, in which a secret may be written with escapes.
    const escaped = secrets.map((secret) => JSON.stringify(secret).replaceAll(/^"|"$/g, ''));
    this.#secrets = new Redactor([...secrets, ...escaped]);
  }

  /** V8 says so on stderr before it ends the process. */
  get outOfMemory(): boolean {
    return /out of memory|memory allocation of \d+ bytes failed/i.test(this.#stderr);
  }

  /** A line that the guest made. */
  line(bytes: Buffer, start: number, end: number): void {
    if (!this.#room(end - start)) return;
    if (this.#secrets.hidesNothing) this.#outbox.add(bytes, start, end, false);
    else this.#outbox.addText(this.hide(bytes.toString('utf8', start, end)));
  }

  /** A line of the platform. */
  add(level: LogLevel, text: string): void {
    if (this.#room(text.length)) this.#write(level, text);
  }

  /** Something that reached stdout without being a line of ours. */
  printed(level: LogLevel, bytes: Buffer, start: number, end: number): void {
    if (this.#room(end - start))
      this.#write(level, bytes.toString('utf8', start, Math.min(end, start + TEXT_BYTES)));
  }

  stderr(chunk: Buffer): void {
    // The end is kept too: a crash report names its reason there or at the beginning.
    const text = this.#stderr + chunk.toString('utf8');
    this.#stderr =
      text.length > STDERR_BYTES * 2 ? text.slice(0, STDERR_BYTES) + text.slice(-STDERR_BYTES) : text;
  }

  end(): void {
    const text = this.#stderr.trim();
    if (text !== '') this.#write('error', text.slice(0, STDERR_BYTES));
    if (this.#dropped > 0) {
      this.#write(
        'warn',
        `${String(this.#dropped)} more lines were printed; an invocation keeps ${String(KEPT_LINES)}.`,
      );
    }
  }

  /** The text without the secrets of the function. */
  hide(text: string): string {
    return String(this.#secrets.redact(text));
  }

  #room(length: number): boolean {
    this.#lines += 1;
    this.#bytes += length;
    if (this.#lines <= KEPT_LINES && this.#bytes <= KEPT_BYTES) return true;
    this.#dropped += 1;
    return false;
  }

  #write(level: LogLevel, text: string): void {
    this.#outbox.addText(
      `L${JSON.stringify({ at: this.#clock.now().toISOString(), level, text: this.hide(text) })}`,
    );
  }
}
