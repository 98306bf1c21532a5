import { localQueues } from '@middle/cloud/local/queue.ts';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import { openDatabase } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import sql from 'sql-template-tag';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { median, percentile, ratioRow } from './bench.ts';

/** What a message of a function is: see functions/host/outbox.ts. */
const FULL_MESSAGE_BYTES = 240 * 1024;
const BATCH = { messages: 4, small: 10 } as const;

/** The queue of one app on the stack's Postgres: how fast messages go in and out, and how soon they are there. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const full = context.number('messages', 800);
  const small = context.number('small', 5000);
  await using addresses = await testDatabase();
  const database = openDatabase(addresses.worker);
  const listener = openListener(database, () => undefined);
  const queues = localQueues({ database, clock: systemClock, listener });
  const rows: BenchRow[] = [];
  try {
    context.progress(`${String(full)} messages of 240 KiB, as functions send them`);
    const floor = await insertsPerSecond(full, async (body) => {
      await database.query(sql`select octet_length(${Buffer.from(body)}::bytea)`);
    });
    const sent = await sendAll(queues.open('full'), full, FULL_MESSAGE_BYTES, BATCH.messages);
    const drained = await drainAll(queues.open('full'), full);
    const megabytes = FULL_MESSAGE_BYTES / 1e6;
    rows.push(
      ratioRow('messages of 240 KiB sent', sent, 'messages/s', {
        what: 'the same bytes to Postgres, not stored',
        value: floor,
      }),
      { what: 'the same in bytes', value: sent * megabytes, unit: 'MB/s' },
      { what: 'messages of 240 KiB received and deleted', value: drained, unit: 'messages/s' },
    );

    context.progress(`${String(small)} messages of 200 bytes in batches of 10`);
    const smallQueue = queues.open('small');
    rows.push(
      {
        what: 'messages of 200 bytes sent',
        value: await sendAll(smallQueue, small, 200, BATCH.small),
        unit: 'messages/s',
      },
      {
        what: 'messages of 200 bytes received and deleted',
        value: await drainAll(smallQueue, small),
        unit: 'messages/s',
      },
    );

    context.progress('from send to receive');
    const waits = await latencies(queues.open('latency'), 100);
    rows.push(
      { what: 'send to receive, p50', value: median(waits), unit: 'ms' },
      { what: 'send to receive, p95', value: percentile(waits, 0.95), unit: 'ms' },
    );
  } finally {
    await listener.close();
    await database.close();
  }
  return {
    title: 'The queue of an app',
    rows,
    notes: ['One sender and one receiver at a time, on the embedded Postgres with its settings for tests.'],
  };
}

async function sendAll(queue: Queue, count: number, bytes: number, batch: number): Promise<number> {
  const body = Buffer.alloc(bytes, 'x');
  return insertsPerSecond(count, () => queue.send(Array.from({ length: batch }, () => ({ body }))), batch);
}

async function insertsPerSecond(
  count: number,
  send: (body: Uint8Array) => Promise<void>,
  batch = 1,
): Promise<number> {
  const body = Buffer.alloc(FULL_MESSAGE_BYTES, 'x');
  const began = performance.now();
  for (let sent = 0; sent < count; sent += batch) await send(body);
  return (count / (performance.now() - began)) * 1000;
}

async function drainAll(queue: Queue, count: number): Promise<number> {
  const began = performance.now();
  for (let received = 0; received < count;) {
    const messages = await queue.receive({ max: 10, visibilitySeconds: 60, waitSeconds: 0 });
    await queue.delete(messages.map(({ receipt }) => receipt));
    received += messages.length;
  }
  return (count / (performance.now() - began)) * 1000;
}

async function latencies(queue: Queue, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const waiting = queue.receive({ max: 1, visibilitySeconds: 60, waitSeconds: 5 });
    const began = performance.now();
    await queue.send([{ body: Buffer.from('x') }]);
    const [message] = await waiting;
    found.push(performance.now() - began);
    if (message !== undefined) await queue.delete([message.receipt]);
  }
  return found;
}
