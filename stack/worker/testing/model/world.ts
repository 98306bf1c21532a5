import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import { manifestSchema } from '@middle/core/manifest.ts';
import type { Database } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import { startIntake } from '../../intake/intake.ts';
import { bareDeps, executionWorld } from '../execution-world.ts';
import type { ExecutionWorld } from '../execution-world.ts';
import { seedRecordSet } from '../seed.ts';
import { MovingTime } from './moving-time.ts';
import { Outside } from './outside.ts';
import { LEASE_SECONDS, startWorker } from './worker.ts';
import type { Worker } from './worker.ts';

const HEARTS_MILLISECONDS = 300;
const log = (): void => {};

const INPUT = [
  { key: 'name', title: 'Name', type: 'string' },
  { key: 'v', title: 'V', type: 'number' },
  { key: 'n', title: 'N', type: 'number' },
];
const OUTPUT = [{ key: 'v', title: 'V', type: 'number' }];
const MANIFEST = manifestSchema.parse({
  key: 'shop',
  name: 'Shop',
  version: '1',
  actions: [{ key: 'order', title: 'Order', function: 'order', timeout: 900, input: INPUT, output: OUTPUT }],
});

/**
 * What must hold at every moment, noted by Postgres itself: only who has the execution writes its steps, an ended step
 * run and an ended execution never change.
 */
const WATCH = `
  create table moving.violation (what text not null);
  grant insert on moving.violation to middle_worker;
  create function moving.watch_step() returns trigger language plpgsql as $$
  declare holder text;
  begin
    select executor into holder from middle.execution_open where id = new.execution_id;
    if not found then
      insert into moving.violation values ('a step run of an execution that is not open');
    elsif split_part(coalesce(holder, ''), ':', 1) <> current_setting('application_name') and
      not (holder is null and new.state = 'cancelled') then
      insert into moving.violation values (format('%s wrote beside %s', current_setting('application_name'), holder));
    end if;
    if tg_op = 'UPDATE' and old.state in ('succeeded', 'failed', 'cancelled') then
      insert into moving.violation values (format('a step run that had %s became %s', old.state, new.state));
    end if;
    return new;
  end $$;
  create trigger watch_step before insert or update on middle.step_run for each row execute function moving.watch_step();
  create function moving.watch_end() returns trigger language plpgsql as $$
  begin
    insert into moving.violation values (format('an ended execution was %s', tg_op));
    return coalesce(new, old);
  end $$;
  create trigger watch_end before update or delete on middle.execution for each row execute function moving.watch_end()`;

export interface ModelWorld extends AsyncDisposable {
  readonly stack: ExecutionWorld;
  readonly time: MovingTime;
  readonly outside: Outside;
  readonly connectionId: string;
  worker(): Worker;
  /** Lets time pass, and living workers say that they live. */
  pass(seconds: number): Promise<void>;
  /** Executions under way. */
  open(): Promise<number>;
  /** How often an execution went on with another worker, in all. */
  restarts(): Promise<number>;
  violations(): Promise<string[]>;
}

export async function modelWorld(random: () => number): Promise<ModelWorld> {
  const cleanup = new AsyncDisposableStack();
  const stack = cleanup.use(await executionWorld());
  const { owner, database } = stack;
  const time = await MovingTime.in(owner);
  await owner.pool.query(WATCH);
  const connectionId = await joinShop(stack);
  const outside = new Outside(owner, openIntake(database, cleanup), random);
  return {
    stack,
    time,
    outside,
    connectionId,
    worker: () => startWorker({ address: stack.addresses.worker, database, time, outside }),
    async pass(seconds) {
      await time.pass(seconds);
      const end = performance.now() + HEARTS_MILLISECONDS;
      while (performance.now() < end && (await hasSilent(owner, time))) await sleep(2);
    },
    async open() {
      const { rows } = await owner.query<{ open: number }>(
        sql`select count(*)::integer as open from middle.execution_open`,
      );
      return only(rows).open;
    },
    async restarts() {
      const { rows } = await owner.query<{ restarts: number }>(
        sql`select coalesce(sum(restarts), 0)::integer as restarts from middle.execution`,
      );
      return only(rows).restarts;
    },
    async violations() {
      const { rows } = await owner.query<{ what: string }>(sql`select what from moving.violation`);
      return [...outside.violations, ...rows.map(({ what }) => what)];
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** A connection of the account to the app of which there is an action. */
async function joinShop({ owner, accountId }: ExecutionWorld): Promise<string> {
  const { connectionId } = await seedRecordSet(owner);
  await owner.query(sql`update middle.connection set account_id = ${accountId} where id = ${connectionId}`);
  await owner.query(sql`update middle.app_version set manifest = ${JSON.stringify(MANIFEST)}`);
  await owner.query(sql`update middle.app set key = 'shop'`);
  await owner.query(sql`
    insert into middle.function_bundle (app_version_id, function_key, kind, engine, digest, code)
    select id, 'order', 'action', 'javascript', '', '' from middle.app_version`);
  return connectionId;
}

/** The real queue of the app and the real intake behind it, in real time. */
function openIntake(database: Database, cleanup: AsyncDisposableStack): Queue {
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  const queues = localQueues({ database, clock: systemClock, listener });
  const { keys } = bareDeps(database);
  const logs = localLogs({ pool: database.pool, clock: systemClock });
  const intake = startIntake({ database, listener, queues, logs, keys, clock: systemClock, log });
  cleanup.defer(() => intake.stop());
  return queues.open('shop');
}

async function hasSilent(owner: Database, time: MovingTime): Promise<boolean> {
  const soon = new Date(time.now().getTime() + (LEASE_SECONDS / 2) * 1_000);
  const { rows } = await owner.query<{ silent: boolean }>(sql`
    select exists (select from middle.executor where lease_until between ${time.now()} and ${soon}) as silent`);
  return only(rows).silent;
}
