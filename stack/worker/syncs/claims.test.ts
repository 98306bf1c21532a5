import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { openDatabase } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { claimRun, endInvocation } from '@middle/store/run-claims.ts';
import type { ClaimedRun } from '@middle/store/run-claims.ts';
import { preparePartitions } from '../retention/retention.ts';
import { seedRecordSet } from '../testing/seed.ts';

const CLAIM = { worker: 'test', leaseSeconds: 60, lookups: 2 };
const END = { outcome: 'ok', error: null, messages: 0, records: 0, milliseconds: 1, start: 'cold' } as const;

/** Connections, each with as many syncs as runs may be open at a time. */
async function world(connections: number, syncs: number) {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const database = openDatabase(addresses.worker, { max: 6 });
  cleanup.defer(() => database.close());
  await preparePartitions({ database, clock: systemClock });
  const ids: string[] = [];
  for (let place = 0; place < connections; place += 1) {
    const { connectionId } = await seedRecordSet(owner);
    ids.push(connectionId);
    await owner.query(sql`
      with sets as (
        insert into middle.record_set (connection_id, record_type, definition)
        select ${connectionId}, 'type' || n, '{}' from generate_series(1, ${syncs}) n returning id
      ) insert into middle.sync (record_set_id, kind, function_key) select id, 'complete', 'all' from sets`);
  }
  return {
    database,
    owner,
    ids,
    /** Queues a run of each of the first `count` syncs of a connection. */
    async queue(connectionId: string, count: number) {
      await owner.query(sql`
        insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input)
        select s.id, s.record_set_id, ${connectionId}, 'complete', 'person', '{}'
        from middle.sync s join middle.record_set rs on rs.id = s.record_set_id
        where rs.connection_id = ${connectionId} order by s.id limit ${count}`);
    },
    async claim(except: readonly string[] = []) {
      return claimRun(database, { ...CLAIM, except });
    },
    allow: (connectionId: string, most: number | null) =>
      owner.query(sql`update middle.connection set functions_at_once = ${most} where id = ${connectionId}`),
    async clear() {
      await owner.query(sql`delete from middle.sync_run`);
      await owner.query(sql`delete from middle.invocation`);
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

const connectionsOf = (runs: readonly (ClaimedRun | null)[]): string[] =>
  runs.flatMap((run) => (run === null ? [] : [run.connectionId]));

describe('claims', () => {
  test('a connection runs as many functions at a time as it may: its own number, its manifest’s, or two', async () => {
    await using stack = await world(1, 6);
    const id = only(stack.ids);
    const claimAll = async (): Promise<number> => {
      await stack.clear();
      await stack.queue(id, 6);
      return connectionsOf(await Promise.all(Array.from({ length: 8 }, () => stack.claim()))).length;
    };
    assert.equal(await claimAll(), 2, 'of eight workers that claim at once');
    await stack.owner.query(sql`update middle.app_version set manifest = '{"functionsAtOnce": 3}'`);
    assert.equal(await claimAll(), 3);
    await stack.allow(id, 5);
    assert.equal(await claimAll(), 5);
    assert.equal(await stack.claim([id]), null, 'it has its share of this worker already');
    await stack.allow(id, 1);
    await stack.clear();
    await stack.queue(id, 2);
    const first = await stack.claim();
    assert.equal(await stack.claim(), null);
    assert.ok(first !== null);
    await endInvocation(stack.database, first, END);
    assert.ok((await stack.claim()) !== null, 'the next one’s turn');
  });

  test('a later attempt is newer than those before it, also when the clock went back in between', async () => {
    await using stack = await world(1, 1);
    await stack.queue(only(stack.ids), 1);
    const first = await stack.claim();
    assert.ok(first !== null);
    await stack.owner.query(sql`
      update middle.invocation set started_at = date_trunc('milliseconds', now()) + interval '1 hour', state = 'ended'`);
    await stack.owner.query(sql`update middle.sync_run set state = 'queued'`);
    assert.equal((await stack.claim())?.attempt, 2);
    const { rows } = await stack.owner.query<{ isNewer: boolean }>(sql`
      select array_agg(attempt order by started_at) = array[1, 2] as "isNewer" from middle.invocation`);
    assert.deepEqual(rows, [{ isNewer: true }]);
  });

  test('whatever waits, no connection exceeds its limit, and none waits behind one that has more at work', async () => {
    await using stack = await world(3, 5);
    const queues = fc.array(fc.nat({ max: 5 }), { minLength: 3, maxLength: 3 });
    const limits = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(queues, limits, fc.integer({ min: 1, max: 10 }), async (waiting, most, places) => {
        await stack.clear();
        const left = new Map<string, number>();
        for (const [place, id] of stack.ids.entries()) {
          left.set(id, Math.min(waiting[place] ?? 0, most[place] ?? 0));
          await stack.allow(id, most[place] ?? null);
          await stack.queue(id, waiting[place] ?? 0);
        }
        const held = new Map(stack.ids.map((id) => [id, 0]));
        for (let place = 0; place < places; place += 1) {
          const possible = stack.ids.filter((id) => (held.get(id) ?? 0) < (left.get(id) ?? 0));
          const claimed = await stack.claim();
          assert.equal(claimed === null, possible.length === 0);
          if (claimed === null) return;
          const fewest = Math.min(...possible.map((id) => held.get(id) ?? 0));
          assert.ok(possible.includes(claimed.connectionId));
          assert.equal(held.get(claimed.connectionId), fewest);
          held.set(claimed.connectionId, fewest + 1);
        }
      }),
      { numRuns: 25 },
    );
  });
});
