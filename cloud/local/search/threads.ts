// oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin
import { Worker } from 'node:worker_threads';
import { MiddleError } from '@middle/core/errors.ts';
import type { Call, Methods, Reply } from './calls.ts';

/** A thread without work costs about 10 MB, so it ends after a while and starts again in 40 ms. */
const IDLE_MILLISECONDS = 30_000;

interface Thread {
  readonly worker: Worker;
  idle: NodeJS.Timeout | undefined;
}

interface Waiting extends Call {
  readonly timeout: number | null;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Threads of one role, each with one call at a time. A call that takes longer than its timeout is given up together
 * with its thread: SQLite can't be interrupted from outside, so the thread ends when the statement does, and counts
 * against `most` until then.
 */
export class Threads {
  readonly #data: { readonly folder: string; readonly role: 'read' | 'write' };
  readonly #most: number;
  readonly #free: Thread[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(data: { readonly folder: string; readonly role: 'read' | 'write' }, most: number) {
    this.#data = data;
    this.#most = most;
  }

  async call<Method extends keyof Methods>(
    method: Method,
    args: Parameters<Methods[Method]>,
    timeout: number | null = null,
  ): Promise<ReturnType<Methods[Method]>> {
    if (this.#closed) throw new MiddleError('not_running', 'the search index is closed');
    const value = await new Promise((resolve, reject) => {
      this.#waiting.push({ method, args, timeout, resolve, reject });
      this.#next();
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- comes from our own thread.ts, typed by Methods
    return value as ReturnType<Methods[Method]>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0))
      reject(new MiddleError('not_running', 'the search index is closed'));
    for (const thread of this.#free.splice(0)) this.#end(thread);
    await Promise.all(
      [...this.#all].map((worker) => {
        worker.ref();
        return new Promise((resolve) => worker.once('exit', resolve));
      }),
    );
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const thread = this.#free.pop() ?? (this.#all.size < this.#most ? this.#start() : undefined);
    const call = thread === undefined ? undefined : this.#waiting.shift();
    if (thread !== undefined && call !== undefined) this.#run(thread, call);
  }

  #start(): Thread {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 },
    });
    this.#all.add(worker);
    worker.once('exit', () => {
      this.#all.delete(worker);
      this.#next();
    });
    return { worker, idle: undefined };
  }

  #run(thread: Thread, call: Waiting): void {
    const { worker } = thread;
    clearTimeout(thread.idle);
    worker.ref();
    let timer: NodeJS.Timeout | undefined;
    const finish = (free: boolean): void => {
      clearTimeout(timer);
      worker.removeAllListeners('message');
      worker.removeAllListeners('error');
      // An error after this was told already, or has no one left to hear it.
      worker.on('error', () => {});
      if (free) this.#release(thread);
      else void worker.terminate();
    };
    worker.once('message', (reply: Reply) => {
      finish(true);
      if ('value' in reply) call.resolve(reply.value);
      else
        call.reject(
          new MiddleError(
            reply.error.code,
            reply.error.message,
            reply.error.hint === undefined ? {} : { hint: reply.error.hint },
          ),
        );
    });
    worker.once('error', (error) => {
      finish(false);
      call.reject(error instanceof Error ? error : new Error(String(error)));
    });
    if (call.timeout !== null) {
      timer = setTimeout(() => {
        finish(false);
        call.reject(
          new MiddleError('search_timeout', `the search took longer than ${call.timeout} ms`, {
            hint: 'Use more words or other filters.',
          }),
        );
      }, call.timeout);
    }
    worker.postMessage({ method: call.method, args: call.args } satisfies Call);
  }

  #release(thread: Thread): void {
    if (this.#closed) {
      this.#end(thread);
      return;
    }
    // A process that has nothing else to do may end.
    thread.worker.unref();
    thread.idle = setTimeout(() => {
      this.#free.splice(this.#free.indexOf(thread), 1);
      this.#end(thread);
    }, IDLE_MILLISECONDS).unref();
    this.#free.push(thread);
    this.#next();
  }

  #end(thread: Thread): void {
    clearTimeout(thread.idle);
    thread.worker.postMessage('close');
  }
}
