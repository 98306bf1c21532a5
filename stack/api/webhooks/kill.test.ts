import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { createClient } from '@middle/contract/client.ts';
import { openDatabase } from '@middle/store/database.ts';
import { stackProcesses } from '../testing/processes.ts';
import { connectWebhooks, signed } from '../testing/webhooks.ts';

const KILLS = 3;

test(
  'what was answered with 202 is never lost, and its records appear once',
  { timeout: 180_000 },
  async () => {
    await using stack = await stackProcesses();
    await Promise.all([stack.startApi(), stack.startWorker()]);
    const owner = openDatabase(stack.owner, { max: 2 });
    try {
      const client = createClient({ baseUrl: stack.baseUrl(), token: stack.token });
      const { addresses } = await connectWebhooks(client);
      const path = addresses.get('orders') ?? '';

      const accepted: string[] = [];
      const enough = new AbortController();
      let count = 0;
      const send = async (): Promise<void> => {
        while (!enough.signal.aborted) {
          count += 1;
          const id = `order-${String(count)}`;
          const request = signed({ orders: [{ id, total: count, note: 'n' }] });
          // An API that was killed answers nobody: such a request may be stored or not.
          const response = await fetch(stack.baseUrl() + path, request).catch(() => null);
          if (response?.status === 202) accepted.push(id);
          await response?.body?.cancel();
          // Slower than they are processed, so that the end need not wait for a backlog.
          await sleep(250);
        }
      };
      const sending = send();
      const processed = async (): Promise<number> => {
        const { rows } = await owner.query<{ count: number }>(
          sql`select count(*)::integer as count from middle.webhook_request where state = 'processed'`,
        );
        return rows[0]?.count ?? 0;
      };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const before = await processed();
        while ((await processed()) < before + 5) await sleep(20);
        await Promise.all([stack.killWorker(), kill === 2 ? stack.killApi() : undefined]);
        await Promise.all([stack.startWorker(), kill === 2 ? stack.startApi() : undefined]);
      }
      enough.abort();
      await sending;
      for (;;) {
        // Messages that a killed worker held would come back after a minute by themselves.
        await owner.query(sql`
          update queue.message set visible_at = now()
          where receive_count > 0 and sent_at < now() - interval '5 seconds'`);
        await owner.query(sql`select pg_notify('middle_queue', 'shop')`);
        const { rows } = await owner.query<{ open: number; stored: number }>(sql`
        select (select count(*)::integer from middle.webhook_request where state <> 'processed') as open,
          (select count(*)::integer from middle.record where id = any(${accepted}::text[])) as stored`);
        if (rows[0]?.open === 0 && rows[0].stored === accepted.length) break;
        await sleep(200);
      }
      const { rows } = await owner.query<{
        versions: number;
        requests: number;
        created: number;
        restarts: number;
      }>(sql`
      select (select max(version) from middle.record) as versions,
        (select count(*)::integer from middle.webhook_request) as requests,
        (select sum(created)::integer from middle.webhook_count) as created,
        (select sum(restarts)::integer from middle.webhook_request) as restarts`);
      const [totals] = rows;
      assert(totals !== undefined);
      assert.equal(totals.versions, 1, 'a record that was brought twice is unchanged');
      assert.equal(totals.created, totals.requests, 'each record was created once');
      assert(totals.requests >= accepted.length);
      assert(accepted.length > KILLS * 5);
    } finally {
      await owner.close();
    }
  },
);
