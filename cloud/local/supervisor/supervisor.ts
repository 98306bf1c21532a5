import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { KeptPart } from './kept-part.ts';
import type { Part, PartStatus } from './part.ts';
import { openPartLog } from './part-log.ts';
import type { PartLog } from './part-log.ts';

export interface Supervisor {
  /** Starts a part and keeps it running. @returns the milliseconds until it was ready. */
  start(part: Part): Promise<number>;
  /** Stops one part for good. */
  stop(name: string): Promise<void>;
  /** Stops every part, the last started first. After this nothing more is started. */
  stopAll(): Promise<void>;
  /** Ends every part at once; also while stopAll waits for one. */
  killAll(): Promise<void>;
  status(): PartStatus[];
}

/** @param changed called when a part changes its state or its process. */
export function createSupervisor(options: { logs: string; log: Log; changed: () => void }): Supervisor {
  const kept: { part: KeptPart; log: PartLog }[] = [];
  const find = (name: string): (typeof kept)[number] | undefined =>
    kept.find(({ part }) => part.part.name === name);
  const remove = (entry: (typeof kept)[number]): void => {
    const at = kept.indexOf(entry);
    if (at === -1) return;
    kept.splice(at, 1);
    entry.log.close();
  };
  let over = false;
  return {
    async start(part) {
      if (over) throw new MiddleError('not_running', `${part.name} is not started: the stack is ending.`);
      const begin = performance.now();
      const log = openPartLog(path.join(options.logs, `${fileName(part.name)}.log`));
      const entry = { part: new KeptPart(part, log, options.log, options.changed), log };
      kept.push(entry);
      await entry.part.firstReady;
      return performance.now() - begin;
    },
    async stop(name) {
      const entry = find(name);
      if (entry === undefined) return;
      await entry.part.stop();
      remove(entry);
    },
    async stopAll() {
      over = true;
      for (const entry of kept.toReversed()) {
        await entry.part.stop();
        remove(entry);
      }
    },
    async killAll() {
      over = true;
      await Promise.all(kept.map(({ part }) => part.kill()));
      for (const entry of kept.splice(0)) entry.log.close();
    },
    status: () => kept.map(({ part }) => part.status()),
  };
}

/** The log of part `sample source` is sample-source.log. */
function fileName(part: string): string {
  return part.replaceAll(' ', '-');
}
