import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LINE_MAX_BYTES } from '@middle/core/message.ts';
import { QUEUE_LIMITS } from '@middle/cloud/ports/queue.ts';
import { memoryQueue } from '../test/memory-queue.ts';
import { headerOf, itemsOf } from '../test/messages.ts';
import { systemClock } from '../testing/clock.ts';
import { LineReader } from './line-reader.ts';
import { Outbox } from './outbox.ts';

function readAll(chunks: readonly Buffer[]): string[] {
  const found: string[] = [];
  const reader = new LineReader({
    item: (bytes, start, end) => found.push(`item ${bytes.toString('latin1', start, end)}`),
    printed: (bytes, start, end) => found.push(`printed ${bytes.toString('latin1', start, end)}`),
    tooLong: () => found.push('too long'),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return found;
}

test('lines are the same however the bytes are cut into chunks', () => {
  const bytes = fc.array(fc.constantFrom(0x0a, 0x1e, 0x41, 0x42, 0x00, 0xff), { maxLength: 300 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(40), { maxLength: 30 }), (values, cuts) => {
      const whole = Buffer.from(values);
      const chunks: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(whole.subarray(at, (at += cut)));
      chunks.push(whole.subarray(at));
      assert.deepEqual(readAll(chunks), readAll([whole]));
    }),
  );
});

test('a marked line is an item, anything else was printed, also before an item on the same line', () => {
  assert.deepEqual(readAll([Buffer.from('\u001eR[1]\nhello\n\nhalf\u001eZ{}\n\u001e\nlast')]), [
    'item R[1]',
    'printed hello',
    'printed half',
    'item Z{}',
    'item ',
    'printed last',
  ]);
});

test('a line over the cap ends the reading, in one chunk or in many', () => {
  const long = Buffer.alloc(LINE_MAX_BYTES + 1, 'x');
  const after = Buffer.from('\n\u001eR[2]\n');
  assert.deepEqual(readAll([Buffer.concat([long, after])]), ['too long']);
  const pieces = Array.from({ length: 30 }, (_, index) =>
    long.subarray(index * 10_000, (index + 1) * 10_000),
  );
  assert.deepEqual(readAll([...pieces, after]), ['too long']);
  const allowed = Buffer.alloc(LINE_MAX_BYTES, 'x');
  assert.equal(
    readAll([allowed.subarray(0, 1000), allowed.subarray(1000), Buffer.from('\n')])[0]?.length,
    LINE_MAX_BYTES + 8,
  );
});

function outboxOn(queue: ReturnType<typeof memoryQueue>, more: { lost?: (error: unknown) => void } = {}) {
  let paused = 0;
  let resumed = 0;
  const outbox = new Outbox({
    queue,
    token: 't',
    clock: { now: () => new Date(), sleep: () => Promise.resolve() },
    pause: () => (paused += 1),
    resume: () => (resumed += 1),
    lost: () => undefined,
    ...more,
  });
  return { outbox, counts: () => ({ paused, resumed }) };
}

function addLine(outbox: Outbox, line: string): void {
  const bytes = Buffer.from(line);
  outbox.add(bytes, 0, bytes.length, line.startsWith('R'));
}

test('every line arrives once, in order, in messages and batches within the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: LINE_MAX_BYTES - 10 }), { maxLength: 25 }),
      async (sizes) => {
        const queue = memoryQueue('shop');
        const { outbox } = outboxOn(queue);
        for (const [index, size] of sizes.entries()) addLine(outbox, `R${String(index)} ${'x'.repeat(size)}`);
        assert.ok(await outbox.finish('Z{}'));
        const items = queue.sent.flatMap(itemsOf);
        assert.deepEqual(
          items.slice(0, -1).map(({ json }) => json.split(' ')[0]),
          sizes.map((_, index) => String(index)),
        );
        assert.equal(items.at(-1)?.kind, 'Z');
        assert.ok(queue.sent.every((body) => body.length <= QUEUE_LIMITS.messageMaxBytes));
        assert.deepEqual(
          queue.sent.map((body) => headerOf(body)['sequence']),
          Array.from({ length: outbox.messages }, (_, index) => index + 1),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('a queue that is slow stops the reading until there is room', async () => {
  const queue = memoryQueue('shop');
  let release = (): void => undefined;
  queue.beforeSend = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const { outbox, counts } = outboxOn(queue);
  const line = `R${'x'.repeat(200_000)}`;
  for (let count = 0; count < 30; count += 1) addLine(outbox, line);
  assert.deepEqual(counts(), { paused: 1, resumed: 0 });
  queue.beforeSend = () => Promise.resolve();
  release();
  assert.ok(await outbox.finish('Z{}'));
  assert.deepEqual(counts(), { paused: 1, resumed: 1 });
  assert.equal(queue.sent.flatMap(itemsOf).length, 31);
});

test('a queue that fails now and then loses nothing; one that never comes back is told', async () => {
  const queue = memoryQueue('shop');
  let sends = 0;
  queue.beforeSend = () =>
    (sends += 1) % 3 === 0 ? Promise.resolve() : Promise.reject(new Error('restarting'));
  const { outbox } = outboxOn(queue);
  for (let count = 0; count < 20; count += 1) addLine(outbox, `R${'x'.repeat(100_000)}`);
  assert.ok(await outbox.finish('Z{}'));
  assert.equal(queue.sent.flatMap(itemsOf).length, 21);

  const gone = memoryQueue('shop');
  gone.beforeSend = () => Promise.reject(new Error('gone'));
  const told: unknown[] = [];
  const lost = outboxOn(gone, { lost: (error) => told.push(error) });
  assert.equal(await lost.outbox.finish('Z{}'), false);
  assert.equal(told.length, 1);
});

test('an item does not wait long for others', async () => {
  const queue = memoryQueue('shop');
  const { outbox } = outboxOn(queue);
  addLine(outbox, 'R1');
  const deadline = Date.now() + 120_000;
  while (queue.sent.length === 0 && Date.now() < deadline) await systemClock.sleep(10);
  assert.equal(queue.sent.length, 1);
});
