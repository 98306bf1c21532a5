import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { manualClock } from '../conformance/manual-clock.ts';
import { receive, testQueue } from '../conformance/queue.suite.ts';
import { localQueues } from './queue.ts';
import { testDatabase } from './testing/database.ts';

testQueue('Postgres', async () => {
  const addresses = await testDatabase();
  const database = openDatabase(addresses.worker);
  const clock = manualClock();
  return {
    queues: localQueues({ database, clock, maxReceives: 3 }),
    maxReceives: 3,
    advance: (seconds) => {
      clock.advance(seconds);
    },
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await addresses[Symbol.asyncDispose]();
    },
  };
});

test('a message sent within a transaction exists when it commits, and never when it does not', async () => {
  await using addresses = await testDatabase();
  const database = openDatabase(addresses.worker);
  try {
    const queues = localQueues({ database, clock: manualClock() });
    const queue = queues.open('shop');
    const failed = database.transaction(async (client) => {
      await queues.sendIn(client, 'shop', [{ body: Buffer.from('never') }]);
      throw new Error('rolled back');
    });
    await assert.rejects(failed, /rolled back/);
    assert.deepEqual(await receive(queue), []);
    await database.transaction(async (client) => {
      await queues.sendIn(client, 'shop', [{ body: Buffer.from('once') }]);
      assert.deepEqual(await receive(queue), [], 'not before the commit');
    });
    assert.deepEqual(
      (await receive(queue)).map(({ body }) => Buffer.from(body).toString()),
      ['once'],
    );
  } finally {
    await database.close();
  }
});

test('a waiting receiver is woken by what is sent, not by looking again', async () => {
  await using addresses = await testDatabase();
  const database = openDatabase(addresses.worker);
  const listener = openListener(database, () => undefined);
  try {
    // Time stands still: a receiver that is not woken sleeps for ever.
    const queue = localQueues({ database, clock: manualClock(), listener }).open('shop');
    for (let round = 0; round < 5; round += 1) {
      const waiting = receive(queue, { waitSeconds: 20 });
      await queue.send([{ body: Buffer.from('soon') }]);
      const [message] = await waiting;
      assert.ok(message !== undefined);
      await queue.delete([message.receipt]);
    }
  } finally {
    await listener.close();
    await database.close();
  }
});
