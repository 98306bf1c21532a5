import { LINE_MAX_BYTES } from '@middle/core/message.ts';

const NEWLINE = 0x0a;
/** Begins every line of the protocol; what begins otherwise was printed. See guest/deno/lines.js. */
const MARK = 0x1e;

export interface LineSink {
  /** A line of the protocol, from its kind letter to its end without the line break. Valid during the call only. */
  item(bytes: Buffer, start: number, end: number): void;
  /** Anything else that reached stdout. Valid during the call only. */
  printed(bytes: Buffer, start: number, end: number): void;
  /** A line passed the cap. Nothing is read after it. */
  tooLong(): void;
}

/** Cuts a stream of bytes into lines without copying, and without ever holding more than one line. */
export class LineReader {
  readonly #sink: LineSink;
  /** The beginning of a line whose end has not arrived; as long as the cap allows. */
  #rest: Buffer = Buffer.allocUnsafe(0);
  #restLength = 0;
  #broken = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length && !this.#broken) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) {
        this.#keep(chunk, start, chunk.length);
        return;
      }
      if (this.#restLength === 0) {
        this.#line(chunk, start, end);
      } else {
        this.#keep(chunk, start, end);
        const length = this.#restLength;
        this.#restLength = 0;
        if (!this.#broken) this.#line(this.#rest, 0, length);
      }
      start = end + 1;
    }
  }

  /** The stream ended: a last line without a line break counts. */
  end(): void {
    if (this.#restLength > 0 && !this.#broken) this.#line(this.#rest, 0, this.#restLength);
    this.#restLength = 0;
    this.#rest = Buffer.allocUnsafe(0);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    if (end - start > LINE_MAX_BYTES) {
      this.#broken = true;
      this.#sink.tooLong();
    } else if (bytes[start] === MARK) {
      this.#sink.item(bytes, start + 1, end);
    } else if (end > start) {
      // JSON has no bare control characters, so a mark within a line begins an item after something printed without an end.
      const mark = bytes.subarray(start, end).indexOf(MARK);
      this.#sink.printed(bytes, start, mark === -1 ? end : start + mark);
      if (mark !== -1) this.#sink.item(bytes, start + mark + 1, end);
    }
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const length = this.#restLength + end - start;
    if (length > LINE_MAX_BYTES) {
      this.#broken = true;
      this.#restLength = 0;
      this.#sink.tooLong();
      return;
    }
    if (this.#rest.length < length) {
      const larger = Buffer.allocUnsafe(Math.min(LINE_MAX_BYTES, Math.max(length * 2, 4096)));
      this.#rest.copy(larger, 0, 0, this.#restLength);
      this.#rest = larger;
    }
    chunk.copy(this.#rest, this.#restLength, start, end);
    this.#restLength = length;
  }
}
