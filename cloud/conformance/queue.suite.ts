import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queue, Queues, ReceivedMessage, ReceiveOptions } from '../ports/queue.ts';
import { QUEUE_LIMITS } from '../ports/queue.ts';
import { commandsOf, ModelQueue } from './queue-model.ts';

export interface QueuesUnderTest extends AsyncDisposable {
  readonly queues: Queues;
  /** How often a message may be received before it is dead. */
  readonly maxReceives: number;
  /** Moves the time that the adapter goes by. */
  advance(seconds: number): void;
}

/** What every queue must do. */
export function testQueue(world: string, setup: () => Promise<QueuesUnderTest>): void {
  describe(`queue: ${world}`, () => {
    let under: QueuesUnderTest;
    let made = 0;
    before(async () => {
      under = await setup();
    });
    after(async () => under[Symbol.asyncDispose]());

    const fresh = (): Queue => under.queues.open(`app-${String((made += 1))}`);

    test('what is sent is received, byte for byte, and hidden until its visibility has passed', async () => {
      const queue = fresh();
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await queue.send([{ body }, { body: text('two') }]);
      const received = await receive(queue);
      assert.deepEqual(
        received.map(bodyOf).toSorted(),
        [Buffer.from(body).toString('latin1'), 'two'].toSorted(),
      );
      assert.ok(received.every(({ receiveCount }) => receiveCount === 1));
      assert.deepEqual(await receive(queue), []);
      under.advance(31);
      const again = await receive(queue);
      assert.deepEqual(again.map(({ id }) => id).toSorted(), received.map(({ id }) => id).toSorted());
      assert.ok(again.every(({ receiveCount }) => receiveCount === 2));
    });

    test('a deleted message never comes back; the receipt of an earlier receive deletes nothing', async () => {
      const queue = fresh();
      await queue.send([{ body: text('one') }]);
      const [first] = await receive(queue);
      under.advance(31);
      const [second] = await receive(queue);
      assert.ok(first !== undefined && second !== undefined);
      await queue.delete([first.receipt]);
      assert.equal((await queue.stats()).inFlight, 1);
      await codeOf(queue.extend(first.receipt, 10), 'receipt_stale');
      await codeOf(queue.reject(first.receipt, { code: 'x', message: 'x' }), 'receipt_stale');
      await queue.delete([second.receipt]);
      under.advance(31);
      assert.deepEqual(await receive(queue), []);
      await queue.delete([second.receipt]);
      await queue.delete([]);
    });

    test('the visibility timeout can be extended, and ended at once', async () => {
      const queue = fresh();
      await queue.send([{ body: text('one') }]);
      const [message] = await receive(queue);
      assert.ok(message !== undefined);
      under.advance(20);
      await queue.extend(message.receipt, 30);
      under.advance(20);
      assert.deepEqual(await receive(queue), []);
      await queue.extend(message.receipt, 0);
      assert.equal((await receive(queue)).length, 1);
      await codeOf(queue.extend('not a receipt', 10), 'receipt_stale');
    });

    test('a delayed message comes when its time has come', async () => {
      const queue = fresh();
      await queue.send([{ body: text('later'), delaySeconds: 60 }, { body: text('now') }]);
      assert.deepEqual((await receive(queue)).map(bodyOf), ['now']);
      under.advance(61);
      assert.ok((await receive(queue)).map(bodyOf).includes('later'));
    });

    test('the limits of SQS hold, and a batch is sent whole or not at all', async () => {
      const queue = fresh();
      const big = new Uint8Array(QUEUE_LIMITS.messageMaxBytes);
      const wrong = [
        [],
        Array.from({ length: QUEUE_LIMITS.batchMaxMessages + 1 }, () => ({ body: text('x') })),
        [{ body: new Uint8Array() }],
        [{ body: text('right') }, { body: new Uint8Array(QUEUE_LIMITS.messageMaxBytes + 1) }],
        [{ body: big }, { body: text('over the batch') }],
        [{ body: text('right') }, { body: text('x'), delaySeconds: QUEUE_LIMITS.delayMaxSeconds + 1 }],
        [{ body: text('x'), delaySeconds: -1 }],
      ];
      for (const batch of wrong) await codeOf(queue.send(batch), 'queue_limit');
      assert.equal((await queue.stats()).visible, 0);
      await codeOf(receive(queue, { max: 11 }), 'queue_limit');
      await codeOf(receive(queue, { max: 0 }), 'queue_limit');
      await codeOf(receive(queue, { waitSeconds: 21 }), 'queue_limit');
      await codeOf(receive(queue, { visibilitySeconds: 43_201 }), 'queue_limit');
      await queue.send([{ body: big }]);
      assert.equal((await receive(queue))[0]?.body.length, QUEUE_LIMITS.messageMaxBytes);
    });

    test('a message received too often goes to the dead letters with its reason, and can be sent again', async () => {
      const queue = fresh();
      await queue.send([{ body: text('poison') }]);
      for (let count = 1; count <= under.maxReceives; count += 1) {
        assert.equal((await receive(queue))[0]?.receiveCount, count);
        under.advance(31);
      }
      assert.deepEqual(await receive(queue), []);
      const [dead] = await queue.deadLetters({ limit: 10 });
      assert.ok(dead !== undefined);
      assert.equal(bodyOf(dead), 'poison');
      assert.equal(dead.receiveCount, under.maxReceives);
      assert.ok(dead.reason.code !== '' && dead.reason.message !== '' && dead.diedAt >= dead.sentAt);
      assert.equal(await queue.redrive(), 1);
      assert.deepEqual(await queue.deadLetters({ limit: 10 }), []);
      assert.deepEqual(
        (await receive(queue)).map(({ receiveCount }) => receiveCount),
        [1],
      );
    });

    test('rejected messages are dead at once; some are sent again, some deleted, the rest stays', async () => {
      const queue = fresh();
      await queue.send(['a', 'b', 'c', 'd'].map((name) => ({ body: text(name) })));
      for (const { receipt, body } of await receive(queue)) {
        await queue.reject(receipt, {
          code: 'message_invalid',
          message: `no ${Buffer.from(body).toString()}`,
        });
      }
      const first = await queue.deadLetters({ limit: 3 });
      const rest = await queue.deadLetters({ limit: 3, after: first.at(-1)?.id });
      const all = [...first, ...rest];
      assert.deepEqual(all.map(bodyOf).toSorted(), ['a', 'b', 'c', 'd']);
      assert.ok(all.every((one) => one.reason.message === `no ${bodyOf(one)}`));
      const [one, two] = all;
      assert.equal(await queue.redrive([one?.id ?? '', 'no such id']), 1);
      assert.equal(await queue.deleteDead([two?.id ?? '']), 1);
      assert.deepEqual(await queue.stats(), {
        visible: 1,
        inFlight: 0,
        delayed: 0,
        dead: 2,
        oldestAgeSeconds: 0,
      });
      assert.equal(await queue.redrive([]), 0);
      assert.equal(await queue.deleteDead([]), 0);
    });

    test('the depth and the age of the oldest are told', async () => {
      const queue = fresh();
      assert.deepEqual(await queue.stats(), {
        visible: 0,
        inFlight: 0,
        delayed: 0,
        dead: 0,
        oldestAgeSeconds: null,
      });
      await queue.send([{ body: text('a') }, { body: text('b') }, { body: text('c'), delaySeconds: 100 }]);
      await receive(queue, { max: 1 });
      under.advance(10);
      assert.deepEqual(await queue.stats(), {
        visible: 1,
        inFlight: 1,
        delayed: 1,
        dead: 0,
        oldestAgeSeconds: 10,
      });
    });

    test('a waiting receiver gets what is sent meanwhile, gives up in time, and ends when told to', async () => {
      const queue = fresh();
      const waiting = receive(queue, { waitSeconds: 20 });
      await queue.send([{ body: text('soon') }]);
      // A receiver that polls finds it at its next look.
      const moving = setInterval(() => {
        under.advance(1);
      }, 20);
      try {
        assert.deepEqual((await waiting).map(bodyOf), ['soon']);
        assert.deepEqual(await receive(fresh(), { waitSeconds: 5 }), []);
      } finally {
        clearInterval(moving);
      }
      const ending = new AbortController();
      const ended = receive(fresh(), { waitSeconds: 20, signal: ending.signal });
      ending.abort();
      assert.deepEqual(await ended, []);
    });

    test('queues of different apps know nothing of each other', async () => {
      const [mine, other] = [fresh(), fresh()];
      await mine.send([{ body: text('mine') }]);
      assert.deepEqual(await receive(other), []);
      const [message] = await receive(mine);
      assert.ok(message !== undefined);
      await other.delete([message.receipt]);
      await codeOf(other.extend(message.receipt, 0), 'receipt_stale');
      await codeOf(other.reject(message.receipt, { code: 'x', message: 'x' }), 'receipt_stale');
      assert.equal((await mine.stats()).inFlight, 1);
      assert.ok((await under.queues.list()).includes(mine.name));
    });

    test('receivers at the same time never get the same message', async () => {
      const queue = fresh();
      for (let batch = 0; batch < 20; batch += 1) {
        await queue.send(
          Array.from({ length: 10 }, (_, at) => ({ body: text(`${String(batch)}-${String(at)}`) })),
        );
      }
      const seen: string[] = [];
      const drain = async (): Promise<void> => {
        for (;;) {
          const received = await receive(queue);
          if (received.length === 0) return;
          seen.push(...received.map(bodyOf));
          await queue.delete(received.map(({ receipt }) => receipt));
        }
      };
      await Promise.all([drain(), drain(), drain(), drain()]);
      // One may have looked while another held the last rows.
      await drain();
      assert.equal(new Set(seen).size, 200);
      assert.equal(seen.length, 200);
    });

    test('whatever happens in whatever order, it holds what a simple model holds', async () => {
      await fc.assert(
        fc.asyncProperty(commandsOf(), async (commands) => {
          const model = new ModelQueue(under.maxReceives);
          const queue = fresh();
          for (const command of commands) await command(model, queue, under);
          assert.deepEqual(await queue.stats(), model.stats());
          const dead = await queue.deadLetters({ limit: 100 });
          assert.deepEqual(dead.map(bodyOf).toSorted(), model.deadBodies().toSorted());
        }),
        { numRuns: 25 },
      );
    });
  });
}

export async function receive(
  queue: Queue,
  options: Partial<ReceiveOptions> = {},
): Promise<readonly ReceivedMessage[]> {
  return queue.receive({ max: 10, visibilitySeconds: 30, waitSeconds: 0, ...options });
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

function bodyOf({ body }: { readonly body: Uint8Array }): string {
  return Buffer.from(body).toString('latin1');
}

async function codeOf(promise: Promise<unknown>, code: string): Promise<void> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof MiddleError && thrown.code === code, `expected ${code}, got ${String(thrown)}`);
}
