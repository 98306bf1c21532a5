import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { EgressSession } from '../egress/broker.ts';
import { EGRESS_LIMITS } from '../egress/broker.ts';

/** Requests of one invocation that are on their way; more wait their turn. */
const CONCURRENT = 16;
/** Requests that wait; more than that is not a program but a flood. */
const WAITING = 1000;
/** A request without its body: its address and headers. */
const REQUEST_LINE_BYTES = 65_536;

const requestSchema = z.strictObject({
  id: z.int().positive(),
  method: z.string().regex(/^[A-Za-z]{1,20}$/),
  url: z.string().max(16_384),
  headers: z.array(z.tuple([z.string(), z.string()])).max(200),
  body: z.boolean(),
});
type RequestLine = z.output<typeof requestSchema>;

export interface EgressBridgeOptions {
  readonly session: EgressSession;
  readonly send: (header: Readonly<Record<string, unknown>>, payload?: Uint8Array) => Promise<void>;
  /** The guest broke the protocol. */
  readonly broken: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Carries requests from the guest's lines to the broker, and answers back as frames. */
export class EgressBridge {
  readonly #options: EgressBridgeOptions;
  readonly #bodies = new Map<number, Buffer[]>();
  readonly #running = new Map<number, AbortController>();
  readonly #waiting: RequestLine[] = [];
  #bodyBytes = 0;

  constructor(options: EgressBridgeOptions) {
    this.#options = options;
  }

  /** A line `B<id> <base64>`: a part of a request's body, before its request. */
  body(line: Buffer): void {
    const space = line.indexOf(0x20);
    const id = Number(line.toString('latin1', 1, space));
    const part = Buffer.from(line.toString('latin1', space + 1), 'base64');
    this.#bodyBytes += part.length;
    if (space === -1 || !Number.isSafeInteger(id) || this.#bodyBytes > EGRESS_LIMITS.requestBytes * 2) {
      this.#options.broken('The function sent request bodies that are too long.');
      return;
    }
    const parts = this.#bodies.get(id);
    if (parts === undefined) this.#bodies.set(id, [part]);
    else parts.push(part);
  }

  /** A line `F{…}`: the request itself. */
  request(line: Buffer): void {
    const parsed =
      line.length > REQUEST_LINE_BYTES ? null : requestSchema.safeParse(parseJson(line.toString('utf8', 1)));
    if (parsed?.success !== true || this.#running.has(parsed.data.id) || this.#waiting.length >= WAITING) {
      this.#options.broken('The function sent a request that is not one, or too many at once.');
      return;
    }
    this.#waiting.push(parsed.data);
    this.#next();
  }

  /** A line `X<id>`: the code gave a request up. */
  cancel(line: Buffer): void {
    const id = Number(line.toString('latin1', 1));
    this.#running.get(id)?.abort(new DOMException('The request was given up.', 'AbortError'));
    const at = this.#waiting.findIndex((one) => one.id === id);
    if (at !== -1) this.#takeBody(...this.#waiting.splice(at, 1));
  }

  #next(): void {
    while (this.#running.size < CONCURRENT) {
      const line = this.#waiting.shift();
      if (line === undefined) return;
      const aborting = new AbortController();
      this.#running.set(line.id, aborting);
      void this.#carry(line, AbortSignal.any([this.#options.signal, aborting.signal])).finally(() => {
        this.#running.delete(line.id);
        this.#next();
      });
    }
  }

  async #carry(line: RequestLine, signal: AbortSignal): Promise<void> {
    const { session, send } = this.#options;
    const { id } = line;
    try {
      const { status, url, redirected, headers, body } = await session.fetch(
        { ...line, body: this.#takeBody(line) },
        signal,
      );
      await send({ type: 'response', id, status, url, redirected, headers });
      for await (const chunk of body) {
        signal.throwIfAborted();
        await send({ type: 'chunk', id }, chunk);
      }
      await send({ type: 'end', id });
    } catch (thrown) {
      const code = thrown instanceof MiddleError ? thrown.code : 'egress_failed';
      const hint = thrown instanceof MiddleError && thrown.hint !== undefined ? ` ${thrown.hint}` : '';
      await send({ type: 'failed', id, code, message: messageOf(thrown) + hint });
    }
  }

  #takeBody(...[line]: RequestLine[]): Uint8Array | null {
    if (line?.body !== true) return null;
    const body = Buffer.concat(this.#bodies.get(line.id) ?? []);
    this.#bodies.delete(line.id);
    this.#bodyBytes -= body.length;
    return body;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
