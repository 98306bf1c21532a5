import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { localSearch } from '@middle/cloud/local/search.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Search } from '@middle/cloud/ports/search.ts';
import { listAlerts } from '@middle/store/alerts/list.ts';
import { deleteConnection } from '@middle/store/connections.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { addJob, getJob } from '@middle/store/jobs.ts';
import { openListener } from '@middle/store/listen.ts';
import { outboxLag } from '@middle/store/outbox.ts';
import { startJobs } from '../jobs/runner.ts';
import { addChange, markRecordsDeleted, seedRecordSet, storeRecords } from '../testing/seed.ts';
import { startSearchIndexer } from './indexer.ts';
import type { SearchIndexer, SearchIndexerDeps } from './indexer.ts';

const clock = {
  now: () => new Date(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {}),
};
const told = { signal: new AbortController().signal, progress: () => {} };
const log = () => {};

/** A database, a record set and an index; the indexer runs only where a test starts it. */
async function world() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 4 });
  cleanup.defer(() => database.close());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'middle-indexer-'));
  cleanup.defer(() => fs.rmSync(folder, { recursive: true, force: true }));
  const { recordSet, connectionId } = await seedRecordSet(owner);
  return {
    addresses,
    database,
    owner,
    folder,
    recordSet,
    connectionId,
    start(worker = 'test', more: Partial<SearchIndexerDeps> = {}) {
      const running = new AsyncDisposableStack();
      const listener = openListener(database, log);
      running.defer(() => listener.close());
      const search = more.search ?? localSearch({ folder, mode: 'write' });
      running.defer(() => search.close());
      const indexer = startSearchIndexer({
        database,
        listener,
        search,
        log,
        clock,
        worker,
        leaseSeconds: 2,
        checkMilliseconds: 1e9,
        ...more,
      });
      running.defer(() => indexer.stop());
      return { listener, search, indexer, [Symbol.asyncDispose]: () => running.disposeAsync() };
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** The limit is only against hanging: how quick the index is, `npm run bench -- search` measures. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `waited too long until ${what}`);
    await sleep(10);
  }
}

const things = (count: number, word: string, from = 0) =>
  Array.from({ length: count }, (_, at) => ({
    id: `t${from + at}`,
    data: { id: `t${from + at}`, word, at },
  }));
const ALL = { filters: [], sort: null, limit: 1, after: null } as const;
const found = async (search: Search, recordSet: number, text: string): Promise<number> =>
  (await search.query({ ...ALL, recordSets: [recordSet], text })).total.count;

/** Everything that was stored is taken in: a running transaction, also of another test, holds the newest back. */
async function takenIn(database: Database, { indexer }: { readonly indexer: SearchIndexer }): Promise<void> {
  await until('everything is taken in', async () => {
    await indexer.catchUp();
    return (await outboxLag(database, 'search')).waiting === 0;
  });
}

async function assertSame(database: Database, search: Search, recordSet: number): Promise<void> {
  const { rows } = await database.query<{ id: string; version: number }>(sql`
    select id, version from middle.record where record_set_id = ${recordSet} and deleted_at is null order by id`);
  assert.deepEqual(await search.scan(recordSet, null, 1e6), rows);
}

describe('search indexer', () => {
  test('what is stored becomes searchable by itself: created, updated, deleted, brought back', async () => {
    await using stack = await world();
    await using run = stack.start();
    const { database, recordSet } = stack;
    const expectFound = async (text: string, count: number): Promise<void> =>
      until(`${count} ${text}`, async () => (await found(run.search, recordSet, text)) === count);
    await storeRecords(database, recordSet, things(500, 'first'));
    await expectFound('first', 500);
    await storeRecords(database, recordSet, things(100, 'second'));
    await expectFound('second', 100);
    await expectFound('first', 400);
    await markRecordsDeleted(database, recordSet, ['t0', 't1']);
    await expectFound('second', 98);
    await storeRecords(database, recordSet, things(1, 'third'));
    await expectFound('third', 1);
    await database.query(sql`delete from middle.record where record_set_id = ${recordSet} and id = 't499'`);
    await addChange(database, recordSet, { deleted: ['t499'] });
    await expectFound('first', 399);
    await assertSame(database, run.search, recordSet);
    await until('the outbox is empty', async () => (await outboxLag(database, 'search')).waiting === 0);
  });

  test('a transaction that commits late is not skipped', async () => {
    await using stack = await world();
    await using run = stack.start();
    const { database, owner, recordSet } = stack;
    await owner.transaction(async (late) => {
      await storeRecords(late, recordSet, [{ id: 'late', data: { word: 'late' } }]);
      await storeRecords(database, recordSet, [{ id: 'early', data: { word: 'early' } }]);
      await run.indexer.catchUp();
    });
    await until('both are there', async () => (await run.search.count(recordSet)) === 2);
    await assertSame(database, run.search, recordSet);
  });

  test('a change that an older transaction held back becomes searchable by itself when that one ends', async () => {
    await using stack = await world();
    // It never looks by itself, so only what it has noticed can bring it back.
    await using run = stack.start('test', { pollMilliseconds: 1e9 });
    const { database, owner, recordSet } = stack;
    await storeRecords(database, recordSet, things(1, 'before'));
    await until('it listens', async () => (await found(run.search, recordSet, 'before')) === 1);
    await owner.transaction(async (older) => {
      await older.query(sql`select pg_current_xact_id()`);
      await storeRecords(database, recordSet, things(1, 'held'));
      await run.indexer.catchUp();
      assert.equal(await found(run.search, recordSet, 'held'), 0);
    });
    await until('the change is found', async () => (await found(run.search, recordSet, 'held')) === 1);
  });

  test('a small change goes ahead of an ingest that keeps the index behind', async () => {
    await using stack = await world();
    const { database, recordSet, folder } = stack;
    const batches = 30;
    for (let batch = 0; batch < batches; batch += 1)
      await storeRecords(database, recordSet, things(1_000, 'bulk', batch * 1_000));
    await storeRecords(database, recordSet, things(1, 'urgent', 99_000));
    const seen: number[] = [];
    const search = localSearch({ folder, mode: 'write' });
    const write: Search['write'] = async (documents) => {
      if (documents.some(({ data }) => data.includes('urgent'))) seen.push(await search.count(recordSet));
      await search.write(documents);
    };
    await using run = stack.start('test', { search: { ...search, write } });
    await takenIn(database, run);
    const [first = Infinity] = seen;
    assert.ok(first < 10_000, `${first} records were indexed before it`);
    await assertSame(database, run.search, recordSet);
  });

  test('a lost index is filled again by itself, and one of a removed record set is dropped', async () => {
    await using stack = await world();
    const { database, recordSet, owner } = stack;
    await storeRecords(database, recordSet, things(3_000, 'word'));
    {
      await using run = stack.start();
      await until('it is built', async () => (await run.search.complete()).includes(recordSet));
      await takenIn(database, run);
    }
    fs.rmSync(stack.folder, { recursive: true });
    {
      await using run = stack.start();
      await until('it is built again', async () => (await run.search.complete()).includes(recordSet));
      await assertSame(database, run.search, recordSet);
    }
    const file = fs.readdirSync(stack.folder).find((name) => name.endsWith('.sqlite')) ?? '';
    fs.writeFileSync(path.join(stack.folder, file), 'this is no database'.repeat(1_000));
    {
      await using run = stack.start();
      await storeRecords(database, recordSet, things(1, 'after'));
      await until(
        'the damaged file is gone',
        async () => !fs.existsSync(path.join(stack.folder, file)) && Promise.resolve(true),
      );
      await run.indexer.rebuild([recordSet], told);
      await assertSame(database, run.search, recordSet);
    }
    await owner.query(sql`delete from middle.record_set where id = ${recordSet}`);
    await using run = stack.start();
    await until('it is dropped', async () => (await run.search.complete()).length === 0);
  });

  test('the index of a deleted connection goes, and a change of it that comes late brings nothing back', async () => {
    await using stack = await world();
    const { database, recordSet, owner, folder } = stack;
    const files = () => fs.readdirSync(folder).filter((name) => name.includes('.sqlite'));
    await storeRecords(database, recordSet, things(100, 'word'));
    {
      await using run = stack.start();
      await until('it is built', async () => (await run.search.complete()).includes(recordSet));
    }
    assert.notDeepEqual(files(), []);
    await storeRecords(database, recordSet, things(10, 'waiting'));
    await owner.transaction((client) => deleteConnection(client, stack.connectionId));
    await using run = stack.start();
    await until('its files are gone', () => Promise.resolve(files().length === 0));
    await addChange(database, recordSet, { updated: ['t1'], deleted: ['t2'] });
    await takenIn(database, run);
    assert.deepEqual(files(), []);
    assert.equal(await found(run.search, recordSet, 'word'), 0);
  });

  test('the self-check finds and repairs what is missing, extra and stale, and raises an alert until it is even', async () => {
    await using stack = await world();
    await using run = stack.start();
    const { database, recordSet } = stack;
    await storeRecords(database, recordSet, things(6_000, 'word'));
    await until('it is built', async () => (await run.search.complete()).includes(recordSet));
    await takenIn(database, run);
    await database.query(
      sql`update middle.record set updated_at = now() - interval '1 hour' where record_set_id = ${recordSet}`,
    );
    assert.deepEqual(await run.indexer.check([recordSet], told), {
      compared: 6_000,
      missing: 0,
      extra: 0,
      stale: 0,
    });

    await run.search.remove(['t1', 't5999', 't3000'].map((id) => ({ recordSet, id, version: null })));
    const wrong = { recordSet, version: 9, updatedAt: new Date(), data: JSON.stringify({ word: 'wrong' }) };
    await run.search.write([
      { ...wrong, id: 't7' },
      { ...wrong, id: 'zzz' },
      { ...wrong, id: 'a' },
    ]);
    assert.deepEqual(await run.indexer.check([recordSet], told), {
      compared: 6_000,
      missing: 3,
      extra: 2,
      stale: 1,
    });
    await assertSame(database, run.search, recordSet);
    assert.equal(await found(run.search, recordSet, 'wrong'), 0);
    assert.equal(
      (await listAlerts(database, { accounts: null, state: 'open', limit: 5 }))[0]?.subject,
      `record_set:${recordSet}`,
    );
    assert.deepEqual(await run.indexer.check([recordSet], told), {
      compared: 6_000,
      missing: 0,
      extra: 0,
      stale: 0,
    });
    assert.deepEqual(await listAlerts(database, { accounts: null, state: 'open', limit: 5 }), []);
  });

  test('rebuilds by a job while records change and readers read', async () => {
    await using stack = await world();
    await using run = stack.start();
    const { database, recordSet } = stack;
    await storeRecords(database, recordSet, things(5_000, 'word'));
    await takenIn(database, run);
    const jobs = startJobs({
      database,
      listener: run.listener,
      log,
      worker: 'test',
      handlers: run.indexer.jobs,
    });
    try {
      const job = await addJob(database, {
        kind: 'search_rebuild',
        subject: String(recordSet),
        requestedBy: 'test',
      });
      let least = Infinity;
      let round = 0;
      await until('the rebuild has succeeded', async () => {
        round += 1;
        await storeRecords(database, recordSet, things(20, `round${round}`, round * 10));
        const { total } = await run.search.query({ ...ALL, recordSets: [recordSet], text: 'word' });
        // On a busy machine counting may run out of its time; then the total says that it is not exact.
        if (total.exact) least = Math.min(least, total.count);
        return (await getJob(database, job.id))?.state === 'succeeded';
      });
      assert.ok(least >= 5_000 - (round + 2) * 20, 'readers saw the old one or the new one, never less');
      await takenIn(database, run);
      await assertSame(database, run.search, recordSet);
    } finally {
      await jobs.stop();
    }
  });

  test('killed at any moment, it goes on where it was, and another reader never notices', async () => {
    await using stack = await world();
    const { database, recordSet, folder } = stack;
    const reader = localSearch({ folder, mode: 'read' });
    const program = path.join(import.meta.dirname, '../testing/indexer-process.ts');
    for (let round = 0; round < 4; round += 1) {
      const config = JSON.stringify({ database: stack.addresses.worker, folder, worker: `killed:${round}` });
      const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(config);
      await once(child.stdout, 'data');
      for (let batch = 0; batch < 12; batch += 1) {
        await storeRecords(database, recordSet, things(300, `round${round}`, batch * 150));
        await found(reader, recordSet, 'round');
      }
      await markRecordsDeleted(database, recordSet, [`t${round}`, `t${round + 100}`]);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await using run = stack.start('survivor');
    await takenIn(database, run);
    await assertSame(database, run.search, recordSet);
    assert.equal(await found(reader, recordSet, 'round3'), await found(run.search, recordSet, 'round3'));
    await reader.close();
  });

  test('of two processes one feeds the index; the other takes over when it stops', async () => {
    await using stack = await world();
    const { database, recordSet } = stack;
    const first = stack.start('one');
    await storeRecords(database, recordSet, things(10, 'word'));
    await until('the first has it', async () => (await first.search.count(recordSet)) === 10);
    await using second = stack.start('two');
    await first[Symbol.asyncDispose]();
    await storeRecords(database, recordSet, things(10, 'other', 100));
    await until('the second has it', async () => (await second.search.count(recordSet)) === 20);
  });
});
