import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';
import type { RecordType } from '@middle/core/attribute.ts';
import { signToken } from '@middle/core/token.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import { startIntake } from '../intake/intake.ts';

export const CITY: RecordType = {
  key: 'city',
  title: 'City',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
    { key: 'population', type: 'number', title: 'Population' },
    { key: 'country', type: 'foreign_key', title: 'Country', references: 'country' },
  ],
};

export const COUNTRY: RecordType = {
  key: 'country',
  title: 'Country',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
  ],
};

export interface City {
  readonly id: string;
  readonly name: string;
  readonly population: number | null;
  readonly country: string | null;
}

export interface IntakeWorld extends AsyncDisposable {
  readonly database: Database;
  readonly queues: Queues;
  readonly tokenKey: Uint8Array;
  readonly connectionId: string;
  readonly cities: number;
  begin(options?: BeginOptions): Promise<TestInvocation>;
  /** Gives the record set `city` another definition. */
  changeCities(definition: object): Promise<void>;
  /** Makes the database refuse the city with this id; null: none any more. */
  refuse(id: string | null): Promise<void>;
  /** Takes today's partition of the history away, as if nobody had prepared it. */
  forgetToday(): Promise<void>;
  startIntake(): { stop(): Promise<void> };
}

export interface BeginOptions {
  readonly startedAt?: Date;
  /** Of a run of its own that marks vanished records. */
  readonly complete?: boolean;
  /** The next attempt of this run, as the reaper leaves the ones before: killed, and nobody knows how much they sent. */
  readonly attemptOf?: TestInvocation;
}

export interface TestInvocation {
  readonly id: string;
  readonly runId: string | null;
  readonly startedAt: Date;
  readonly token: string;
  /** The bytes of a message with these item lines; the sequence grows by itself unless given. */
  message(lines: readonly string[], sequence?: number): Buffer;
}

export const APP = 'atlas';
const tokenKey = Buffer.alloc(32, 7);

export const recordLine = (data: unknown, type = 'city'): string => `R${JSON.stringify([type, data])}`;

/** A database with one app, account, connection and the record sets city and country; the queue and logs are real. */
export async function intakeWorld(): Promise<IntakeWorld> {
  const test = await testDatabase();
  const database = openDatabase({ ...test.worker }, { max: 12 });
  const owner = openDatabase({ ...test.owner }, { max: 2 });
  const ids = await seed(owner);
  const clock = { now: () => new Date(), sleep: waitFor };
  const listener = openListener(database, silent);
  const queues = localQueues({ database, clock, listener });

  return {
    database,
    queues,
    tokenKey,
    connectionId: ids.connection,
    cities: ids.city,
    begin: (options = {}) => begin(owner, ids, options),
    async changeCities(definition) {
      await owner.query(
        sql`update middle.record_set set definition = ${JSON.stringify(definition)} where id = ${ids.city}`,
      );
    },
    async refuse(id) {
      await owner.query(sql`create or replace function middle.test_refuse() returns trigger language plpgsql as $$
        begin raise exception '% is refused', new.id; end $$`);
      await owner.query(sql`drop trigger if exists test_refuse on middle.record`);
      if (id === null) return;
      await owner.query(
        raw(`create trigger test_refuse before insert on middle.record for each row when (new.id = '${id}')
          execute function middle.test_refuse()`),
      );
    },
    async forgetToday() {
      const { rows } = await owner.query<{ day: string }>(
        sql`select to_char(now() at time zone 'UTC', 'YYYYMMDD') as day`,
      );
      await owner.query(raw(`drop table middle.record_version_${only(rows).day}`));
    },
    startIntake: () =>
      startIntake({
        database,
        listener,
        queues,
        logs: localLogs({ pool: database.pool, clock }),
        keys: { derive: () => Promise.resolve(tokenKey), seal: unused, open: unused },
        clock,
        log: silent,
      }),
    async [Symbol.asyncDispose]() {
      await listener.close();
      await database.close();
      await owner.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

function silent(): void {}

function unused(): Promise<never> {
  return Promise.reject(new Error('the intake seals nothing'));
}

function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted === true) done();
  });
}

interface Ids {
  readonly app: string;
  readonly version: string;
  readonly connection: string;
  readonly city: number;
  readonly sync: string;
}

async function seed(owner: Database): Promise<Ids> {
  const one = async (statement: ReturnType<typeof sql>): Promise<string> =>
    only((await owner.query<{ id: string }>(statement)).rows).id;
  await owner.query(sql`select middle.add_day_partitions(current_date - 2, 4)`);
  const account = await one(sql`insert into middle.account (key, name) values ('demo', 'Demo') returning id`);
  const app = await one(sql`insert into middle.app (key, name) values (${APP}, 'Atlas') returning id`);
  const version =
    await one(sql`insert into middle.app_version (app_id, version, state, manifest, digest, pushed_by)
    values (${app}, '1.0.0', 'on', '{}', 'x', 'test') returning id`);
  const connection = await one(sql`insert into middle.connection (account_id, app_id, app_version_id, name)
    values (${account}, ${app}, ${version}, 'Atlas') returning id`);
  const sets: number[] = [];
  for (const type of [CITY, COUNTRY]) {
    const id = await one(sql`insert into middle.record_set (connection_id, record_type, definition)
      values (${connection}, ${type.key}, ${JSON.stringify(type)}) returning id`);
    await owner.query(sql`select middle.add_record_set_partition(${id})`);
    sets.push(Number(id));
  }
  const [city = 0, country = 0] = sets;
  await owner.query(sql`insert into middle.sync (record_set_id, kind, function_key, enabled)
    values (${country}, 'lookup', 'country', true)`);
  const sync =
    await one(sql`insert into middle.sync (record_set_id, kind, function_key, enabled, mark_deleted)
    values (${city}, 'complete', 'cities', true, true) returning id`);
  return { app, version, connection, city, sync };
}

async function begin(
  owner: Database,
  ids: Ids,
  { startedAt = new Date(), complete = false, attemptOf }: BeginOptions,
): Promise<TestInvocation> {
  // The time in an id says in which day's partition an invocation is.
  const made = sql`select uuidv7(${startedAt}::timestamptz - clock_timestamp()) as id`;
  const { id } = only((await owner.query<{ id: string }>(made)).rows);
  const runId = attemptOf?.runId ?? (complete ? randomUUID() : null);
  if (attemptOf !== undefined) {
    await owner.query(sql`
      update middle.invocation set state = 'ended', outcome = 'restarted', ended_at = now() where id = ${attemptOf.id}`);
  } else if (runId !== null) {
    await owner.query(sql`insert into middle.sync_run (id, sync_id, record_set_id, connection_id, kind, cause, input, state)
      values (${runId}, ${ids.sync}, ${ids.city}, ${ids.connection}, 'complete', 'person', '{}', 'running')`);
  }
  await owner.query(sql`insert into middle.invocation
      (id, sync_run_id, connection_id, app_id, app_version_id, function_key, kind, started_at)
    values (${id}, ${runId}, ${ids.connection}, ${ids.app}, ${ids.version}, 'cities', 'sync', ${startedAt})`);
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const claims = { app: APP, version: ids.version, connection: ids.connection, invocation: id, expires };
  const token = signToken(claims, tokenKey);
  let next = 1;
  return {
    id,
    runId,
    startedAt,
    token,
    message(lines, sequence = next) {
      next = sequence + 1;
      const records = lines.filter((line) => line.startsWith('R')).length;
      const header = JSON.stringify({ v: 1, token, sequence, records });
      return Buffer.from(`${[header, ...lines].join('\n')}\n`);
    },
  };
}
