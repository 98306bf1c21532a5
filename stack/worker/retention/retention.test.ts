import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localBlobs } from '@middle/cloud/local/blobs/blobs.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { DEFAULT_RETENTION } from '@middle/core/retention.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { foldBooks } from '@middle/store/executions/books.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { startExecutions } from '@middle/store/executions/start.ts';
import { only } from '@middle/store/only.ts';
import { writeRetention } from '@middle/store/settings.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { seedRecordSet, storeRecords } from '../testing/seed.ts';
import { preparePartitions, runRetention } from './retention.ts';

const DAY = 86_400_000;

async function world() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 4 });
  cleanup.defer(() => database.close());
  let moved = 0;
  const clock = { now: () => new Date(Date.now() + moved), sleep: () => Promise.resolve() };
  const folder = await mkdtemp(path.join(tmpdir(), 'middle-retention-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const blobs = await localBlobs({ folder });
  const deps = { database, logs: localLogs({ pool: database.pool, clock }), blobs, log: () => {}, clock };
  return {
    database,
    owner,
    deps,
    seed: await seedRecordSet(owner),
    run: () => runRetention(deps, new AbortController().signal),
    move(days: number) {
      moved += days * DAY;
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function count(database: Database, table: string): Promise<number> {
  const { rows } = await database.pool.query<{ rows: number }>(
    `select count(*)::integer as rows from middle.${table}`,
  );
  return rows[0]?.rows ?? 0;
}

describe('retention', () => {
  test('partitions are there before anything is written, and history goes by whole days', async () => {
    await using stack = await world();
    const { database, seed } = stack;
    await preparePartitions(stack.deps);
    await preparePartitions(stack.deps);
    await database.query(sql`
      insert into middle.record_version (record_set_id, id, version, data, invocation_id, valid_from, replaced_at)
      select ${seed.recordSet}, 'a', n, '{}', uuidv7(), now(), now() + n * interval '1 day' from generate_series(0, 10) n`);
    await database.query(sql`
      insert into middle.invocation (connection_id, app_id, app_version_id, function_key, kind)
      select ${seed.connectionId}, ${seed.appId}, uuidv7(), 'f', 'sync' from generate_series(1, 3)`);
    await database.query(
      sql`insert into middle.applied_message (invocation_id, sequence) values (uuidv7(), 1)`,
    );
    await stack.run();
    assert.deepEqual([await count(database, 'record_version'), await count(database, 'invocation')], [11, 3]);
    stack.move(36);
    const expired = await stack.run();
    assert.ok((expired['recordVersionDays'] ?? 0) >= 6);
    assert.deepEqual([await count(database, 'invocation'), await count(database, 'applied_message')], [0, 0]);
    const left = await count(database, 'record_version');
    assert.ok(left >= 4 && left <= 6, `${left} versions of the last 30 days`);
  });

  test('runs, quarantine, lookups, jobs and what transfers remember go by age; the last run of a sync stays', async () => {
    await using stack = await world();
    const { database, owner, seed } = stack;
    await owner.query(sql`
      with sync as (
        insert into middle.sync (record_set_id, kind, function_key) values (${seed.recordSet}, 'recent', 'f') returning id
      )
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input, state, ended_at)
      select sync.id, ${seed.recordSet}, ${seed.connectionId}, 'recent', 'person', '{}', 'succeeded', now()
      from sync, generate_series(1, 3)`);
    await owner.query(sql`
      insert into middle.invalid_record (connection_id, record_type, invocation_id, origin_started_at, origin_sequence, problems)
      values (${seed.connectionId}, 'thing', uuidv7(), now(), 1, '[]')`);
    await owner.query(sql`
      insert into middle.lookup_request (record_set_id, record_id, state, settled_at)
      values (${seed.recordSet}, 'found', 'found', now()), (${seed.recordSet}, 'waits', 'pending', null)`);
    await owner.query(sql`
      insert into middle.transfer_seen (sync_run_id, invocation_id, sequence, id_hashes) values (uuidv7(), uuidv7(), 1, '')`);
    stack.move(29);
    assert.equal((await stack.run())['transferSeen'], 1);
    assert.deepEqual(
      [
        await count(database, 'sync_run'),
        await count(database, 'invalid_record'),
        await count(database, 'lookup_request'),
      ],
      [3, 1, 2],
    );
    stack.move(2);
    await stack.run();
    assert.deepEqual(
      [
        await count(database, 'sync_run'),
        await count(database, 'invalid_record'),
        await count(database, 'lookup_request'),
      ],
      [1, 0, 1],
    );
  });

  test('records stay unless asked; then they go by last use, with a change for the index', async () => {
    await using stack = await world();
    const { database, owner, seed } = stack;
    await storeRecords(
      database,
      seed.recordSet,
      ['a', 'b', 'c'].map((id) => ({ id, data: { id } })),
    );
    await database.query(
      sql`update middle.record set last_used_at = now() + interval '20 days' where id = 'b'`,
    );
    await database.query(sql`update middle.record set deleted_at = now() where id = 'c'`);
    stack.move(400);
    assert.equal((await stack.run())['records'], 0);
    stack.move(-390);

    await owner.query(sql`
      insert into middle.sync (record_set_id, kind, function_key, enabled, every_seconds)
      values (${seed.recordSet}, 'complete', 'f', true, 3600)`);
    await writeRetention(owner, { ...DEFAULT_RETENTION, recordDays: 9 });
    assert.equal((await stack.run())['records'], 1, 'what the next complete transfer would bring back stays');
    await owner.query(sql`update middle.sync set enabled = false`);
    await owner.query(sql`update middle.record_set set retention_days = 50`);
    assert.equal((await stack.run())['records'], 0, 'the record type’s own setting wins');
    await owner.query(sql`update middle.record_set set retention_days = null`);
    assert.equal((await stack.run())['records'], 1);
    const { rows } = await database.query<{ id: string }>(sql`select id from middle.record`);
    assert.deepEqual(rows, [{ id: 'b' }]);
    const changes = await database.query(
      sql`select deleted_ids as ids from middle.change_batch where deleted_ids <> '{}' order by position`,
    );
    assert.deepEqual(changes.rows, [{ ids: ['c'] }, { ids: ['a'] }]);
  });

  test('executions go by whole days with their steps; one that is under way stays, and goes once it has ended', async () => {
    await using stack = await world();
    const { database, owner } = stack;
    await preparePartitions(stack.deps);
    const { rows } = await owner.query<{ id: string }>(sql`
      with account as (select id from middle.account limit 1), workflow as (
        insert into middle.workflow (account_id, name, draft_saved_by, version) select id, 'W', 'test', 1 from account
        returning id
      ), version as (
        insert into middle.workflow_version (workflow_id, version, definition, published_by)
        select id, 1, '{}', 'test' from workflow
      )
      select id from workflow`);
    const workflowId = only(rows).id;
    const now = stack.deps.clock.now();
    const [ended, waiting] = [uuidv7(now), uuidv7(now)];
    const one = { workflowId, version: 1, cause: 'person', input: {} } as const;
    await startExecutions(database, [
      { ...one, id: ended },
      { ...one, id: waiting },
    ]);
    await database.query(sql`
      insert into middle.step_run (execution_id, sequence, place, kind, state, queued_at, started_at)
      select id, 1, 'a', 'wait', 'waiting', now(), now() from unnest(${[ended, waiting]}::uuid[]) id`);
    const end = async (id: string): Promise<void> =>
      database.transaction((client) =>
        endExecutions(client, [
          { id, state: 'succeeded', output: null, error: null, endedIn: null, steps: 1 },
        ]),
      );
    const left = async (): Promise<readonly number[]> => [
      await count(database, 'execution'),
      await count(database, 'execution_open'),
      await count(database, 'step_run'),
    ];
    await end(ended);
    await stack.run();
    assert.deepEqual(await left(), [1, 1, 2]);
    stack.move(36);
    await stack.run();
    assert.deepEqual(await left(), [0, 1, 1]);
    await end(waiting);
    await owner.query(sql`update middle.execution set ended_at = ${stack.deps.clock.now()}`);
    await stack.run();
    assert.deepEqual(await left(), [1, 0, 1], 'what has just ended is kept, whatever its age');
    stack.move(36);
    await stack.run();
    assert.deepEqual(await left(), [0, 0, 0]);
    await foldBooks(database);
    const books = await database.query<{ started: string; expired: string }>(
      sql`select sum(started)::text as started, sum(expired)::text as expired from middle.execution_book`,
    );
    assert.deepEqual(books.rows, [{ started: '0', expired: '2' }]);
  });

  test('what an account executed goes with it, and nothing of another one', async () => {
    await using stack = await world();
    const { database, owner } = stack;
    await preparePartitions(stack.deps);
    const { rows } = await owner.query<{ id: string; account: string }>(sql`
      with account as (
        insert into middle.account (key, name) values ('stays', 'Stays'), ('goes', 'Goes') returning id, key
      ), workflow as (
        insert into middle.workflow (account_id, name, draft_saved_by, version) select id, 'W', 'test', 1 from account
        returning id, account_id
      )
      select w.id, a.key as account from workflow w join account a on a.id = w.account_id`);
    const now = stack.deps.clock.now();
    for (const { id: workflowId } of rows) {
      const ids = [uuidv7(now), uuidv7(now)];
      await startExecutions(
        database,
        ids.map((id) => ({ id, workflowId, version: 1, cause: 'person', input: {} })),
      );
      await database.query(sql`
        insert into middle.step_run (execution_id, sequence, place, kind, state, queued_at, started_at)
        select id, 1, 'a', 'wait', 'succeeded', now(), now() from unnest(${ids}::uuid[]) id`);
      await database.transaction((client) =>
        endExecutions(
          client,
          ids.map((id) => ({ id, state: 'succeeded', output: null, error: null, endedIn: null, steps: 1 })),
        ),
      );
    }
    await owner.query(sql`delete from middle.account where key = 'goes'`);
    const expired = await stack.run();
    assert.equal(expired['orphanExecutions'], 2);
    assert.deepEqual([await count(database, 'execution'), await count(database, 'step_run')], [2, 2]);
    await foldBooks(database);
    assert.equal(await count(database, 'execution_book'), 1);
  });
});
