import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import type { Database } from '@middle/store/database.ts';
import { outsideAnswer } from './interpreter.ts';
import type { Asked } from './interpreter.ts';

/** Longer than it takes to be killed in the middle. */
const WORK_MILLISECONDS = 4;

/**
 * Stands for functions and the systems that they change. An effect is recorded by its idempotency key, as a careful
 * outside system does; what comes with the same key must be the same wish. Answers go through the app's real queue.
 */
export class Outside {
  /** By idempotency key. */
  readonly effects = new Map<string, string>();
  readonly calls = new Map<string, number>();
  readonly violations: string[] = [];
  readonly #owner: Database;
  readonly #queue: Queue;
  readonly #random: () => number;
  #seed = 0;

  constructor(owner: Database, queue: Queue, random: () => number) {
    this.#owner = owner;
    this.#queue = queue;
    this.#random = random;
  }

  begin(seed: number): void {
    this.#seed = seed;
    this.effects.clear();
    this.calls.clear();
  }

  /** The functions of one worker: they die with it. */
  functions(isDead: () => boolean): Functions {
    return {
      invoke: (call, signal) => this.#invoke(call, signal, isDead),
      describe: () => Promise.resolve({ engines: [], launcher: 'none' }),
      close: () => Promise.resolve(),
    };
  }

  async #invoke(call: FunctionCall, signal: AbortSignal, isDead: () => boolean): Promise<FunctionEnd> {
    const key = call.idempotencyKey ?? '';
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
    const attempt = await this.#attemptOf(call);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the input of the only action there is
    const { hasEffect, answer } = outsideAnswer(this.#seed, call.input as Asked, attempt);
    await this.#work(signal);
    if (signal.aborted || isDead()) return this.#killed(call, isDead);
    if (hasEffect) this.#effect(key, JSON.stringify(call.input));
    await this.#work(signal);
    if (signal.aborted || isDead()) return this.#killed(call, isDead);
    const line =
      'v' in answer
        ? `Z${JSON.stringify({ value: answer })}`
        : `E${JSON.stringify({ ...answer, message: 'no' })}`;
    await this.#send(call, line);
    return end('v' in answer ? 'returned' : 'threw');
  }

  async #work(signal: AbortSignal): Promise<void> {
    await sleep(this.#random() * WORK_MILLISECONDS, undefined, { signal }).catch(() => {});
  }

  /** Asked to stop, the host says so in the function's place; a worker that died says nothing. */
  async #killed(call: FunctionCall, isDead: () => boolean): Promise<FunctionEnd> {
    if (!isDead()) await this.#send(call, 'E{"code":"function_cancelled","message":"It was cancelled."}');
    return end('killed');
  }

  async #send(call: FunctionCall, line: string): Promise<void> {
    const header = JSON.stringify({ v: 1, token: call.token, sequence: 1, records: 0 });
    await this.#queue.send([{ body: Buffer.from(`${header}\n${line}\n`), delaySeconds: 0 }]);
  }

  /** As the engine wrote it down before it called. */
  async #attemptOf(call: FunctionCall): Promise<number> {
    const { rows } = await this.#owner.query<{ attempt: number }>(
      sql`select attempt from middle.invocation where id = ${call.invocation}`,
    );
    if (rows[0] === undefined) this.violations.push('a function ran before it was written down');
    return rows[0]?.attempt ?? 1;
  }

  #effect(key: string, wish: string): void {
    const before = this.effects.get(key);
    if (before !== undefined && before !== wish) this.violations.push(`one key for ${before} and ${wish}`);
    this.effects.set(key, wish);
  }
}

function end(outcome: FunctionEnd['outcome']): FunctionEnd {
  return { outcome, error: null, messages: 1, records: 0, bytes: 0, milliseconds: 1, start: 'pool' };
}
