import sql from 'sql-template-tag';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Database } from '@middle/store/database.ts';

/**
 * Time that only the test moves, for this process and for Postgres alike: connections opened with `options` find
 * functions of these names before Postgres' own. It is ahead of real time, so that what takes Postgres' own for a
 * default, such as the moment from which an execution may begin, is past.
 */
export class MovingTime implements Clock {
  readonly #owner: Database;
  #now = new Date(Date.now() + 3_600_000);
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  static readonly options = '-c search_path=moving,pg_catalog';

  private constructor(owner: Database) {
    this.#owner = owner;
  }

  static async in(owner: Database): Promise<MovingTime> {
    const time = new MovingTime(owner);
    await owner.pool.query(`
      create schema moving;
      grant usage on schema moving to public;
      create table moving.moment (at timestamptz not null);
      grant select on moving.moment to public;
      insert into moving.moment values ('${time.#now.toISOString()}');
      create function moving.clock_timestamp() returns timestamptz language sql as 'select at from moving.moment';
      create function moving.now() returns timestamptz language sql as 'select at from moving.moment'`);
    return time;
  }

  now(): Date {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((wake) => {
      this.#sleepers.push({ until: this.#now.getTime() + milliseconds, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  }

  async pass(seconds: number): Promise<void> {
    const now = new Date(this.#now.getTime() + seconds * 1_000);
    await this.#owner.query(sql`update moving.moment set at = ${now}`);
    this.#now = now;
    const due = this.#sleepers.filter(({ until }) => until <= now.getTime());
    this.#sleepers = this.#sleepers.filter(({ until }) => until > now.getTime());
    for (const { wake } of due) wake();
  }
}
