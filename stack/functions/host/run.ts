import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { FunctionCall, FunctionEnd } from '@middle/cloud/ports/functions.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { LogLevel } from '@middle/core/message.ts';
import { splitSourceMap } from '../build/source-map.ts';
import type { EgressSession } from '../egress/broker.ts';
import { EgressBridge } from './egress-bridge.ts';
import type { RunError } from './error-line.ts';
import { readErrorLine, toEndError, writeErrorLine } from './error-line.ts';
import { LineReader } from './line-reader.ts';
import { LogLines } from './log-lines.ts';
import { Outbox } from './outbox.ts';
import type { Sandbox, SandboxEnd } from './sandbox.ts';
import { memoryError, scratchError, watchSandbox } from './watch.ts';

export interface RunOptions {
  readonly call: FunctionCall;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly openEgress: (note: (level: LogLevel, text: string) => void) => EgressSession;
}

type Final = {
  readonly outcome: FunctionEnd['outcome'];
  readonly line: string;
  readonly error: RunError | null;
};

const KIND = {
  record: 0x52,
  log: 0x4c,
  progress: 0x50,
  result: 0x5a,
  error: 0x45,
  fetch: 0x46,
  body: 0x42,
  cancel: 0x58,
} as const;
/** The engine's own doing; any other signal came from outside. */
const CRASH_SIGNALS: ReadonlySet<string> = new Set([
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGSEGV',
  'SIGTRAP',
  'SIGFPE',
  'SIGSYS',
]);
/** Time that a function gets, after its ctx.signal aborts, to store its progress before it is killed. */
const GRACE_SECONDS = 5;

/**
 * One invocation in one process: from the call on its stdin to the last message in the queue. The first thing that
 * ends it (its own result or error, a limit, a cancel, its death) is final; whatever comes after is not read.
 */
export class Run {
  readonly #options: RunOptions;
  readonly #code: string;
  readonly #sourceMap: string | null;
  readonly #outbox: Outbox;
  readonly #logs: LogLines;
  readonly #ending = new AbortController();
  readonly #final: Promise<Final>;
  #settle: (final: Final) => void = () => undefined;
  #sandbox: Sandbox | null = null;
  #bridge: EgressBridge | null = null;
  #stdoutBytes = 0;
  #discarded: Promise<void> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#options = options;
    const { code, map } = splitSourceMap(options.call.bundle.code);
    this.#code = code;
    this.#sourceMap = map;
    this.#final = new Promise((resolve) => {
      this.#settle = (final) => {
        if (this.#ending.signal.aborted) return;
        this.#ending.abort();
        resolve(final);
      };
    });
    const { call, queue, clock } = options;
    this.#outbox = new Outbox({
      queue,
      token: call.token,
      clock,
      pause: () => this.#sandbox?.stdout.pause(),
      resume: () => this.#sandbox?.stdout.resume(),
      lost: (error) => {
        this.stop('lost', {
          code: 'function_lost',
          message: `The queue took no messages: ${messageOf(error)}`,
        });
      },
    });
    this.#logs = new LogLines(this.#outbox, clock, Object.values(call.secrets ?? {}));
  }

  /** Ends the run from outside. */
  stop(outcome: 'killed' | 'lost', error: RunError): void {
    this.#settle({ outcome, line: writeErrorLine(error), error });
  }

  async execute(
    take: () => Promise<{ sandbox: Sandbox; start: FunctionEnd['start'] }>,
  ): Promise<FunctionEnd> {
    const { clock } = this.#options;
    const began = clock.now().getTime();
    let start: FunctionEnd['start'] = 'cold';
    if (!this.#ending.signal.aborted) {
      try {
        const taken = await take();
        this.#sandbox = taken.sandbox;
        start = taken.start;
        // It may have been cancelled meanwhile.
        if (!this.#ending.signal.aborted) this.#begin(taken.sandbox);
      } catch (thrown) {
        this.stop('lost', {
          code: 'function_lost',
          message: `The function could not be started: ${messageOf(thrown)}`,
        });
      }
    }
    const final = await this.#final;
    this.#discarded = this.#sandbox?.discard() ?? Promise.resolve();
    this.#logs.end();
    const sent = await this.#outbox.finish(final.line);
    const told = final.error === null ? null : toEndError(final.error);
    return {
      outcome: sent ? final.outcome : 'lost',
      error: sent
        ? told
        : toEndError({
            code: 'function_lost',
            message: 'The end of the run could not be sent to the queue.',
          }),
      messages: this.#outbox.messages,
      records: this.#outbox.records,
      bytes: this.#outbox.bytes,
      milliseconds: clock.now().getTime() - began,
      start,
    };
  }

  /** The process is gone and its scratch directory removed. It is killed when the run ends; nobody has to wait for the rest. */
  get discarded(): Promise<void> {
    return this.#discarded;
  }

  #begin(sandbox: Sandbox): void {
    const { call, openEgress } = this.#options;
    this.#bridge = new EgressBridge({
      session: openEgress((level, text) => {
        this.#logs.add(level, text);
      }),
      send: async (header, payload) => sandbox.send(header, payload),
      signal: this.#ending.signal,
      broken: (message) => {
        this.stop('killed', { code: 'function_protocol', message });
      },
    });
    this.#read(sandbox);
    this.#watch(sandbox);
    const { kind, input, cursor, settings, idempotencyKey, secrets } = call;
    void sandbox.send(
      { type: 'start', kind, input, cursor, settings, idempotencyKey, secrets },
      Buffer.from(this.#code),
    );
  }

  #read(sandbox: Sandbox): void {
    const { limits } = this.#options.call;
    const reader = new LineReader({
      item: (bytes, start, end) => {
        if (!this.#ending.signal.aborted) this.#item(bytes, start, end);
      },
      printed: (bytes, start, end) => {
        this.#logs.printed('info', bytes, start, end);
      },
      tooLong: () => {
        this.stop('killed', {
          code: 'function_protocol',
          message: 'The function wrote a line that is too long.',
        });
      },
    });
    sandbox.stdout.on('data', (chunk: Buffer) => {
      this.#stdoutBytes += chunk.length;
      if (this.#stdoutBytes > limits.outputBytes) {
        const message = `The function emitted more than ${String(limits.outputBytes)} bytes.`;
        this.stop('killed', { code: 'function_output_limit', message });
      }
      if (!this.#ending.signal.aborted) reader.push(chunk);
    });
    sandbox.stdout.once('end', () => {
      reader.end();
    });
    sandbox.stderr.on('data', (chunk: Buffer) => {
      this.#logs.stderr(chunk);
    });
  }

  #watch(sandbox: Sandbox): void {
    const { wallSeconds, memoryMegabytes } = this.#options.call.limits;
    const { signal } = this.#ending;
    const grace = Math.min(GRACE_SECONDS, wallSeconds / 10);
    const warn = setTimeout(
      () => {
        const reason = `The function may run for ${String(grace)} more seconds.`;
        void sandbox.send({ type: 'abort', reason });
      },
      (wallSeconds - grace) * 1000,
    );
    const wall = setTimeout(() => {
      const message = `The function ran for more than ${String(wallSeconds)} seconds.`;
      this.stop('killed', { code: 'function_timeout', message });
    }, wallSeconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(warn);
      clearTimeout(wall);
    });
    void watchSandbox(sandbox, memoryMegabytes, signal).then(
      (error) => error !== null && this.stop('killed', error),
    );
    void sandbox.ended.then((end) => {
      const { outcome, error } = this.#unfinished(end);
      return this.#settle({ outcome, line: writeErrorLine(error), error });
    });
  }

  #item(bytes: Buffer, start: number, end: number): void {
    switch (bytes[start]) {
      case KIND.record:
        this.#outbox.add(bytes, start, end, true);
        if (this.#outbox.records > this.#options.call.limits.records) {
          const message = `The function emitted more than ${String(this.#options.call.limits.records)} records.`;
          this.stop('killed', { code: 'function_output_limit', message });
        }
        break;
      case KIND.log:
        this.#logs.line(bytes, start, end);
        break;
      case KIND.progress:
        this.#outbox.add(bytes, start, end, false);
        this.#outbox.flush();
        break;
      case KIND.result:
        this.#settle({ outcome: 'returned', line: bytes.toString('utf8', start, end), error: null });
        break;
      case KIND.error: {
        const told = this.#logs.hide(bytes.toString('utf8', start + 1, end));
        const error = readErrorLine(told, this.#sourceMap);
        this.#settle({ outcome: 'threw', line: writeErrorLine(error), error });
        break;
      }
      case KIND.fetch:
        this.#bridge?.request(bytes.subarray(start, end));
        break;
      case KIND.body:
        this.#bridge?.body(bytes.subarray(start, end));
        break;
      case KIND.cancel:
        this.#bridge?.cancel(bytes.subarray(start, end));
        break;
      case undefined:
      default:
        this.#logs.printed('info', bytes, start, end);
    }
  }

  /** The process is gone without a result or an error of its own. */
  #unfinished({ exitCode, signal }: SandboxEnd): { outcome: 'threw' | 'killed' | 'lost'; error: RunError } {
    const { memoryMegabytes, wallSeconds } = this.#options.call.limits;
    if (this.#logs.outOfMemory) return { outcome: 'killed', error: memoryError(memoryMegabytes) };
    if (signal === 'SIGXFSZ') return { outcome: 'killed', error: scratchError() };
    if (signal === 'SIGXCPU') {
      const message = `The function used too much processor time within its ${String(wallSeconds)} seconds.`;
      return { outcome: 'killed', error: { code: 'function_timeout', message } };
    }
    if (signal !== null && CRASH_SIGNALS.has(signal)) {
      const message = `The function crashed its engine (${signal}).`;
      return { outcome: 'threw', error: { code: 'function_error', message } };
    }
    if (signal !== null) {
      return {
        outcome: 'lost',
        error: {
          code: 'function_lost',
          message: `The function's process was ended from outside (${signal}).`,
        },
      };
    }
    const message = `The function ended its process (exit code ${String(exitCode)}) before it returned.`;
    return { outcome: 'threw', error: { code: 'function_error', message } };
  }
}
