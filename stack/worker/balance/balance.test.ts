import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { QueueStats } from '@middle/cloud/ports/queue.ts';
import { listAlerts } from '@middle/store/alerts/list.ts';
import { listBalances } from '@middle/store/balance.ts';
import { openDatabase } from '@middle/store/database.ts';
import { preparePartitions } from '../retention/retention.ts';
import { seedRecordSet, storeRecords } from '../testing/seed.ts';
import { reconcile } from './balance.ts';

async function world() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const database = openDatabase(addresses.worker, { max: 2 });
  cleanup.defer(() => database.close());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
  await preparePartitions({ database, clock });
  const seed = await seedRecordSet(owner);
  // One run: five records sent; three created, one unchanged, one set aside.
  await owner.query(sql`
    with sync as (
      insert into middle.sync (record_set_id, kind, function_key) values (${seed.recordSet}, 'recent', 'f') returning id
    ), run as (
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input, state, created, unchanged, invalid)
      select id, ${seed.recordSet}, ${seed.connectionId}, 'recent', 'person', '{}', 'succeeded', 3, 1, 1 from sync returning id
    ), call as (
      insert into middle.invocation (sync_run_id, connection_id, app_id, app_version_id, function_key, kind, state,
        ended_at, final_sequence, applied_messages, applied_records, sent_records)
      select id, ${seed.connectionId}, ${seed.appId}, uuidv7(), 'f', 'sync', 'ended', now() - interval '1 hour', 2, 2, 5, 5
      from run returning id, sync_run_id
    )
    insert into middle.invalid_record (record_set_id, connection_id, record_type, invocation_id, sync_run_id, origin_started_at, origin_sequence, problems)
    select ${seed.recordSet}, ${seed.connectionId}, 'thing', id, sync_run_id, now(), 1, '[]' from call`);
  await storeRecords(
    database,
    seed.recordSet,
    ['a', 'b', 'c'].map((id) => ({ id, data: { id } })),
  );
  const stats: { -readonly [Key in keyof QueueStats]: QueueStats[Key] } = {
    visible: 0,
    inFlight: 0,
    delayed: 0,
    dead: 0,
    oldestAgeSeconds: null,
  };
  // Only the depth of the queue matters here; its own tests are in cloud/conformance.
  const queues = { open: () => ({ stats: () => Promise.resolve(stats) }) };
  const deps = { database, queues, log: () => {}, clock };
  return {
    database,
    owner,
    stats,
    check: async () => {
      await reconcile(deps, new Date(0), new AbortController().signal);
      return (await listBalances(database)).flatMap(({ differences }) => differences.map(({ name }) => name));
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

describe('balance', () => {
  test('even books have counters per connection and per app, and no alert', async () => {
    await using stack = await world();
    assert.deepEqual(await stack.check(), []);
    const balances = await listBalances(stack.database);
    const [app, connection] = balances;
    assert.equal(app?.connectionId, null);
    assert.deepEqual(
      [
        connection?.counters['sent'],
        connection?.counters['accepted'],
        connection?.counters['created'],
        connection?.counters['setAside'],
      ],
      [5, 5, 3, 1],
    );
    assert.deepEqual([app?.counters['accepted'], app?.counters['deadLettered']], [5, 0]);
    assert.deepEqual(await listAlerts(stack.database, { accounts: null, state: 'open', limit: 10 }), []);
  });

  test('each kind of difference is found, alerted once, and cleared when it is gone', async () => {
    await using stack = await world();
    const spoil: [string, ReturnType<typeof sql>, ReturnType<typeof sql>][] = [
      [
        'run_records',
        sql`update middle.sync_run set unchanged = 0`,
        sql`update middle.sync_run set unchanged = 1`,
      ],
      [
        'invocation_records',
        sql`update middle.invocation set sent_records = 6`,
        sql`update middle.invocation set sent_records = 5`,
      ],
    ];
    for (const [name, breaking, mending] of spoil) {
      await stack.owner.query(breaking);
      assert.deepEqual(await stack.check(), [name]);
      await stack.check();
      assert.equal(
        (await listAlerts(stack.database, { accounts: null, state: 'open', limit: 10 })).length,
        1,
        name,
      );
      await stack.owner.query(mending);
      assert.deepEqual(await stack.check(), []);
      assert.deepEqual(await listAlerts(stack.database, { accounts: null, state: 'open', limit: 10 }), []);
    }
    await stack.owner.query(sql`delete from middle.invalid_record`);
    assert.deepEqual(await stack.check(), ['run_set_aside']);
    await stack.owner.query(sql`delete from middle.record where id = 'b'`);
    assert.deepEqual((await stack.check()).toSorted(), ['records', 'run_set_aside']);
  });

  test('messages that are neither applied, nor queued, nor dead are lost', async () => {
    await using stack = await world();
    await stack.owner.query(sql`update middle.invocation set final_sequence = 3, sent_records = 7`);
    assert.deepEqual(await stack.check(), ['messages']);
    stack.stats.dead = 1;
    assert.deepEqual(await stack.check(), [], 'a dead letter is accounted for');
    stack.stats.dead = 0;
    stack.stats.visible = 1;
    assert.deepEqual(await stack.check(), []);
  });
});
