import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { samplePackage } from '../testing/sample.ts';
import { testServer } from '../testing/server.ts';
import type { TestServer } from '../testing/server.ts';

let server: TestServer;
before(async () => void (server = await testServer()));
after(async () => server[Symbol.asyncDispose]());

test('dead letters are sent again or deleted, and the audit trail says who asked for which', async () => {
  const { client, worker } = server;
  await client.pushApp({ body: samplePackage(), query: { on: 'true', approveHosts: 'true' } });
  const queue = localQueues({ database: worker, clock: systemClock }).open('shop');
  await queue.send(['one', 'two', 'three'].map((text) => ({ body: Buffer.from(text) })));
  const received = await queue.receive({ max: 3, visibilitySeconds: 60, waitSeconds: 0 });
  const reason = { code: 'message_invalid', message: 'no header' };
  for (const { receipt } of received) await queue.reject(receipt, reason);
  const params = { appKey: 'shop' };
  const ids = (await client.listDeadLetters({ params })).items.map(({ id }) => id);
  const [first = '', second = ''] = ids;
  assert.deepEqual(await client.deleteDeadLetters({ params, body: { ids: [first] } }), { deleted: 1 });
  assert.deepEqual(await client.redriveDeadLetters({ params, body: { ids: [second] } }), { redriven: 1 });
  assert.deepEqual(await client.redriveDeadLetters({ params, body: {} }), { redriven: 1 });
  const { visible, dead } = await queue.stats();
  assert.deepEqual([visible, dead], [2, 0]);

  const { items } = await client.listAuditEvents({ query: { subjectKind: 'app', subjectId: 'shop' } });
  const lines = items.filter(({ action }) => action.startsWith('dead_letters.'));
  assert.deepEqual(
    lines.map(({ action, actor, detail }) => [action, actor, detail]),
    [
      ['dead_letters.redrive', 'cli', { ids: 'all', dead: 1 }],
      ['dead_letters.redrive', 'cli', { ids: [second], dead: 2 }],
      ['dead_letters.delete', 'cli', { ids: [first], dead: 3 }],
    ],
  );
});
