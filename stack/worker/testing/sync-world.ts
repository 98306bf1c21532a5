import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { RawValue } from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import { QUEUE_LIMITS } from '@middle/cloud/ports/queue.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import { startIntake } from '../intake/intake.ts';
import { preparePartitions } from '../retention/retention.ts';
import { startSyncs } from '../syncs/syncs.ts';
import { CITY, recordLine } from './intake-world.ts';
import { seedRecordSet } from './seed.ts';

type Send = (...lines: readonly string[]) => Promise<void>;
/** Stands for user code: what it sends goes through the real queue and the real intake. */
export type Script = (
  call: FunctionCall,
  send: Send,
  signal: AbortSignal,
  /** The same, but the queue hands the message out much later. */
  sendLate: Send,
) => Promise<Partial<FunctionEnd>>;

const log = () => {};
const keys = {
  derive: () => Promise.resolve(Buffer.alloc(32, 1)),
  seal: (plain: Uint8Array) => Promise.resolve(plain),
  open: (sealed: Uint8Array) => Promise.resolve(sealed),
};
const tokens = { fetch: () => Promise.reject(new Error('no tokens here')), close: () => {} };
export const city = (id: string, country: string | null = null) =>
  recordLine({ id, name: `City ${id}`, population: 1, country });
export const RETURNED = 'Z{"value":null}';

/** A stack's syncs and intake on a real database and queue; the functions are the test's own. */
export async function syncWorld() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 12 });
  cleanup.defer(() => database.close());
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  await preparePartitions({ database, clock: systemClock });
  const { recordSet, connectionId, appKey } = await seedRecordSet(owner);
  const one = async (statement: ReturnType<typeof sql>): Promise<string> =>
    only((await owner.query<{ id: string }>(statement)).rows).id;
  await owner.query(
    sql`update middle.app_version set manifest = ${JSON.stringify({ key: appKey, name: 'Test', version: '1', egress: { hosts: [] }, auth: [], recordTypes: [], syncs: [] })}`,
  );
  await owner.query(sql`
    insert into middle.function_bundle (app_version_id, function_key, kind, engine, digest, code)
    select id, unnest(array['cities', 'country']), 'sync', 'javascript', '', '' from middle.app_version`);
  await owner.query(
    sql`update middle.record_set set record_type = 'city', definition = ${JSON.stringify(CITY)}`,
  );
  const sync = await one(sql`
    insert into middle.sync (record_set_id, kind, function_key, mark_deleted)
    values (${recordSet}, 'complete', 'cities', true) returning id`);
  const queues = localQueues({ database, clock: systemClock, listener });
  const intake = startIntake({
    database,
    listener,
    queues,
    logs: localLogs({ pool: database.pool, clock: systemClock }),
    keys,
    clock: systemClock,
    log,
  });
  cleanup.defer(() => intake.stop());

  return {
    database,
    owner,
    queues,
    recordSet,
    connectionId,
    sync,
    one,
    /** With a lease that a busy machine keeps, unless a test is about losing it. */
    start(script: Script | Functions, worker = 'test', leaseSeconds = 20) {
      const syncs = startSyncs({
        database,
        listener,
        queues,
        keys,
        tokens,
        log,
        clock: systemClock,
        functions: typeof script === 'function' ? functionsOf(queues, script) : script,
        worker,
        leaseSeconds,
        pollMilliseconds: 50,
      });
      cleanup.defer(() => syncs.stop());
      return syncs;
    },
    run: (input: RawValue = '{}') =>
      one(sql`
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input)
      values (${sync}, ${recordSet}, ${connectionId}, 'complete', 'person', ${input}) returning id`),
    until: (run: string, states?: readonly string[]) => untilRun(database, run, states),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function untilRun(
  database: Database,
  run: string,
  states: readonly string[] = ['succeeded', 'failed', 'cancelled'],
) {
  const giveUp = performance.now() + 120_000;
  while (performance.now() < giveUp) {
    const { rows } = await database.query<{
      state: string;
      created: number;
      deleted: number;
      attempts: number;
      error: { code: string } | null;
    }>(sql`select state, created, deleted, attempts, error from middle.sync_run where id = ${run}`);
    const row = only(rows);
    if (states.includes(row.state)) return row;
    await sleep(10);
  }
  throw new Error(`run ${run} did not become ${states.join(' or ')}`);
}

/** Functions that do what a script says, over the real queue. */
function functionsOf(queues: Queues, script: Script): Functions {
  return {
    async invoke(call, signal) {
      let messages = 0;
      let records = 0;
      const post = async (delaySeconds: number, lines: readonly string[]): Promise<void> => {
        messages += 1;
        const count = lines.filter((line) => line.startsWith('R')).length;
        records += count;
        const header = JSON.stringify({ v: 1, token: call.token, sequence: messages, records: count });
        const body = Buffer.from(`${[header, ...lines].join('\n')}\n`);
        await queues.open(call.app).send([{ body, delaySeconds }]);
      };
      const end = await script(
        call,
        (...lines) => post(0, lines),
        signal,
        (...lines) => post(QUEUE_LIMITS.delayMaxSeconds, lines),
      );
      return {
        outcome: 'returned',
        error: null,
        messages,
        records,
        bytes: 0,
        milliseconds: 1,
        start: 'cold',
        ...end,
      };
    },
    describe: () => Promise.resolve({ engines: [], launcher: 'none' }),
    close: () => Promise.resolve(),
  };
}

/** Also when it was aborted before anyone waited for it. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
