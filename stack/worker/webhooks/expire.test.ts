import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { openDatabase } from '@middle/store/database.ts';
import { expireCounts, expireRequests } from '@middle/store/webhooks/requests.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { seedRecordSet } from '../testing/seed.ts';

const DAY = 86_400_000;

test('settled requests expire by their age, dead ones later, and what waits never', async () => {
  await using addresses = await testDatabase();
  const owner = openDatabase(addresses.owner, { max: 1 });
  const worker = openDatabase(addresses.worker, { max: 1 });
  try {
    const { connectionId } = await seedRecordSet(owner);
    const now = new Date();
    const ago = (days: number): Date => new Date(now.getTime() - days * DAY);
    for (const days of [1, 10, 40]) {
      for (const state of ['waiting', 'processed', 'refused', 'dead']) {
        const settledAt = state === 'waiting' ? null : ago(days);
        await worker.query(sql`
          insert into middle.webhook_request (id, connection_id, webhook, method, bytes, sealed, state, settled_at)
          values (${uuidv7(ago(days))},
            ${connectionId}, ${`${state} ${days}`}, 'POST', 1, '', ${state}, ${settledAt})`);
      }
      await worker.query(sql`
        insert into middle.webhook_count (connection_id, webhook, hour)
        values (${connectionId}, 'w', date_trunc('hour', ${ago(days)}::timestamptz))`);
    }
    const before = { settled: ago(7), dead: ago(30) };
    assert.equal(await expireRequests(worker, before, 3), 3);
    assert.equal(await expireRequests(worker, before, 3), 2);
    assert.equal(await expireRequests(worker, before, 3), 0);
    const { rows } = await worker.query<{ webhook: string }>(
      sql`select webhook from middle.webhook_request order by webhook`,
    );
    assert.deepEqual(
      rows.map(({ webhook }) => webhook),
      ['dead 1', 'dead 10', 'processed 1', 'refused 1', 'waiting 1', 'waiting 10', 'waiting 40'],
    );
    assert.equal(await expireCounts(worker, ago(35)), 1);
  } finally {
    await Promise.all([owner.close(), worker.close()]);
  }
});
