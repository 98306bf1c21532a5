import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { realTimeWorld, SUM, WAITING } from '../testing/real-time.ts';

const CALLERS = 500;

test('hundreds of callers wait without holding a connection of the database', async () => {
  await using world = await realTimeWorld();
  const { deps, worker, client } = world.server;
  const key = await world.key();
  await world.expose('rest', WAITING, { timeLimitSeconds: 300 });
  await world.expose('sum', SUM);

  const calls = Array.from({ length: CALLERS }, () => world.call('rest', { key, body: { seconds: 3_600 } }));
  const waiting = async (): Promise<number> => {
    const { rows } = await worker.query<{ count: number }>(
      sql`select count(*)::integer as count from middle.execution_open where state = 'waiting'`,
    );
    return rows[0]?.count ?? 0;
  };
  while ((await waiting()) < CALLERS) await sleep(50);
  const { pool } = deps.database;
  // The callers' addresses are noted when their answers come; until then nobody asks the database for them.
  while (pool.waitingCount > 0 || pool.totalCount !== pool.idleCount) await sleep(10);
  assert.equal((await client.listAccounts()).items.length, 1);

  // Each of as many more gets its own answer meanwhile.
  const sums = await Promise.all(
    Array.from({ length: CALLERS }, async (_, a) => {
      const response = await world.call('sum', { key, body: { a, b: 1 } });
      return [response.status, await response.json()];
    }),
  );
  assert.deepEqual(
    sums,
    sums.map((_, a) => [200, { sum: a + 1 }]),
  );

  await deps.database.query(sql`
    update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'test' where state = 'waiting'`);
  for (const response of await Promise.all(calls)) {
    assert.equal(response.status, 409);
    assert.equal(Object(await response.json()).code, 'execution_cancelled');
  }
});

test('a process that drains tells those who wait where to ask', async () => {
  let answer: Promise<Response>;
  {
    await using world = await realTimeWorld();
    const key = await world.key();
    await world.expose('rest', WAITING, { timeLimitSeconds: 300 });
    answer = world.call('rest', { key, body: { seconds: 3_600 } });
    answer.catch(() => {});
    for (;;) {
      const { rows } = await world.server.worker.query<{ id: string }>(
        sql`select id from middle.execution_open where state = 'waiting'`,
      );
      if (rows.length === 1) break;
      await sleep(10);
    }
    world.server.drain();
    const response = await answer;
    assert.equal(response.status, 202);
    assert.match(response.headers.get('location') ?? '', /^\/run\/demo\/executions\//);
  }
});
