import type { Log } from '@middle/core/log.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Sandbox } from './sandbox.ts';

/** Processes started ahead of the next invocation. None is ever used twice. */
export interface Pool {
  take(memoryMegabytes: number): Promise<{ readonly sandbox: Sandbox; readonly start: 'cold' | 'pool' }>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly size: number;
  /** After this long without an invocation the pool empties itself, so that an idle stack stays small. */
  readonly idleSeconds: number;
  readonly start: (memoryMegabytes: number) => Promise<Sandbox>;
  readonly log: Log;
}

export function createPool({ size, idleSeconds, start, log }: PoolOptions): Pool {
  const ready: Sandbox[] = [];
  let starting: Promise<void> | null = null;
  let closed = false;
  let idle: NodeJS.Timeout | null = null;

  /** Fills up for the memory limit that was asked for last: one size is what nearly all functions use. */
  async function refill(memoryMegabytes: number): Promise<void> {
    // As often as there are places: where processes die at once, starting more would never end.
    for (let started = 0; started < size; started += 1) {
      const fitting = ready.filter((one) => one.memoryMegabytes === memoryMegabytes).length;
      if (closed || fitting >= size) return;
      const other = ready.findIndex((one) => one.memoryMegabytes !== memoryMegabytes);
      if (other !== -1) await ready.splice(other, 1)[0]?.discard();
      const sandbox = await start(memoryMegabytes);
      // One that dies while waiting (killed from outside, out of memory) must not be handed out.
      void sandbox.exited.then(() => {
        const at = ready.indexOf(sandbox);
        // Once taken it is the run's, whose output may still be unread.
        return at === -1 ? null : ready.splice(at, 1)[0]?.discard();
      });
      ready.push(sandbox);
    }
  }

  function refillSoon(memoryMegabytes: number): void {
    if (closed || size === 0) return;
    if (idle !== null) clearTimeout(idle);
    starting ??= refill(memoryMegabytes)
      .catch((error: unknown) => {
        log({
          level: 'warn',
          code: 'functions.pool',
          message: `No sandbox could be started: ${messageOf(error)}`,
        });
      })
      .finally(() => {
        starting = null;
        if (!closed) idle = setTimeout(() => void empty(), idleSeconds * 1000).unref();
      });
  }

  async function empty(): Promise<void> {
    await Promise.all(ready.splice(0).map((sandbox) => sandbox.discard()));
  }

  return {
    take: async (memoryMegabytes) => {
      const at = ready.findIndex((one) => one.memoryMegabytes === memoryMegabytes);
      const [sandbox] = at === -1 ? [] : ready.splice(at, 1);
      const taken =
        sandbox === undefined
          ? ({ sandbox: await start(memoryMegabytes), start: 'cold' } as const)
          : ({ sandbox, start: 'pool' } as const);
      // The next process starts after this one got going, not in its way.
      setImmediate(() => refillSoon(memoryMegabytes));
      return taken;
    },
    close: async () => {
      closed = true;
      if (idle !== null) clearTimeout(idle);
      await starting;
      await empty();
    },
  };
}
