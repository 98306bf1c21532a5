import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startExecutor } from '../../executions/executor.ts';
import { bareDeps } from '../execution-world.ts';
import { MovingTime } from './moving-time.ts';
import type { Outside } from './outside.ts';

export const LEASE_SECONDS = 40;
const log = (): void => {};

export interface Worker {
  readonly name: string;
  /** Thrown away without a word: its connections and its functions are gone. */
  kill(): Promise<void>;
  /** Its connections break, and it opens others. */
  disconnect(): Promise<void>;
  stop(): Promise<void>;
}

interface WorkerDeps {
  readonly address: DatabaseAddress;
  /** Another connection of the same role: it may end those of the worker. */
  readonly database: Database;
  readonly time: Clock;
  readonly outside: Outside;
}

/** An executor with connections and functions of its own, which can be thrown away. */
export function startWorker({ address, database, time, outside }: WorkerDeps): Worker {
  const name = `worker ${randomUUID().slice(0, 8)}`;
  let isDead = false;
  const own = openDatabase(address, { max: 3, application_name: name, options: MovingTime.options });
  const listener = openListener(own, log);
  const executor = startExecutor({
    ...bareDeps(own),
    database: mortal(own, () => isDead),
    listener,
    functions: outside.functions(() => isDead),
    clock: time,
    log,
    worker: name,
    leaseSeconds: LEASE_SECONDS,
    pollMilliseconds: 10,
    places: 12,
    functionPlaces: 4,
  });
  const breakConnections = async (): Promise<void> => {
    await database.query(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = ${name} and datname = current_database()`);
  };
  const stop = async (): Promise<void> => {
    await executor.stop();
    await listener.close();
    await own.close();
  };
  return {
    name,
    async kill() {
      isDead = true;
      await breakConnections();
      await stop();
    },
    disconnect: breakConnections,
    stop,
  };
}

const gone = (): Promise<never> => Promise.reject(new Error('this worker is dead'));

/** A database that a worker loses when it dies: no query of it gets through any more. */
function mortal(database: Database, isDead: () => boolean): Database {
  return {
    ...database,
    query: (statement) => (isDead() ? gone() : database.query(statement)),
    transaction: (work) => (isDead() ? gone() : database.transaction(work)),
  };
}
