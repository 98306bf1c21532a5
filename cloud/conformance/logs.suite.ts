import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MiddleError } from '@middle/core/errors.ts';
import { LOG_RETENTION_DAYS } from '../ports/logs.ts';
import type { LogEntry, LogQuery, Logs } from '../ports/logs.ts';

export interface LogsWorld extends AsyncDisposable {
  readonly logs: Logs;
  /** What the adapter under test believes to be now; entries are made around it. */
  readonly now: Date;
}

const DAY = 86_400_000;

/** What every Logs adapter guarantees. */
export function testLogs(name: string, setup: () => Promise<LogsWorld>): void {
  describe(`logs: ${name}`, () => {
    let world: LogsWorld;
    before(async () => {
      world = await setup();
    });
    after(async () => {
      await world[Symbol.asyncDispose]();
    });

    const entry = (invocation: string, order: number, more: Partial<LogEntry> = {}): LogEntry => ({
      invocation,
      sequence: Math.floor(order / 10) + 1,
      line: order % 10,
      app: 'atlas',
      at: new Date(world.now.getTime() + order),
      level: 'info',
      text: `line ${order}`,
      ...more,
    });
    const all = async (query: LogQuery): Promise<LogEntry[]> => {
      const entries: LogEntry[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await world.logs.read({ ...query, after: cursor });
        assert.ok(page.entries.length <= query.limit);
        entries.push(...page.entries);
        if (page.next === null) return entries;
        cursor = page.next;
      }
    };
    const newInvocation = (offset = 0): string => invocationAt(world.now.getTime() + offset);

    test('what is appended is read back whole, in the order it was emitted', async () => {
      const invocation = newInvocation();
      const entries = Array.from({ length: 25 }, (_, order) => entry(invocation, order));
      await world.logs.append(entries.toReversed());
      assert.deepEqual(await all({ invocations: [invocation], limit: 100 }), entries);
    });

    test('appending the same entries again changes nothing', async () => {
      const invocation = newInvocation();
      const entries = [entry(invocation, 0), entry(invocation, 1)];
      await world.logs.append(entries);
      await world.logs.append([
        ...entries,
        entry(invocation, 2),
        entry(invocation, 0, { text: 'another text' }),
      ]);
      const texts = (await all({ invocations: [invocation], limit: 10 })).map(({ text }) => text);
      assert.deepEqual(texts, ['line 0', 'line 1', 'line 2']);
    });

    test('nothing appended is no error', async () => {
      await world.logs.append([]);
      assert.deepEqual(await world.logs.read({ invocations: [newInvocation()], limit: 5 }), {
        entries: [],
        next: null,
      });
    });

    test('pages neither repeat nor skip, in both orders', async () => {
      const first = newInvocation(-60_000);
      const second = newInvocation();
      const app = `paged-${second}`;
      const entries = [first, second].flatMap((invocation) =>
        // Several entries share a moment: a page may end between them.
        Array.from({ length: 17 }, (_, order) =>
          entry(invocation, order, { app, at: new Date(world.now.getTime() + 5) }),
        ),
      );
      await world.logs.append(entries);
      assert.deepEqual(await all({ app, limit: 4 }), entries);
      assert.deepEqual(await all({ app, limit: 4, order: 'newest_first' }), entries.toReversed());
      assert.deepEqual(await all({ invocations: [second, first], limit: 5 }), entries);
      assert.deepEqual(
        await all({ invocations: [first, second], limit: 5, order: 'newest_first' }),
        entries.toReversed(),
      );
    });

    test('entries that arrive while someone pages do not disturb the pages', async () => {
      const invocation = newInvocation();
      const app = `moving-${invocation}`;
      const entries = Array.from({ length: 10 }, (_, order) => entry(invocation, order, { app }));
      await world.logs.append(entries);
      const page = await world.logs.read({ app, limit: 5, order: 'newest_first' });
      await world.logs.append([entry(invocation, 99, { app })]);
      const rest = await world.logs.read({ app, limit: 5, order: 'newest_first', after: page.next ?? '' });
      assert.deepEqual([...page.entries, ...rest.entries], entries.toReversed());
    });

    test('filters by app, by time and by text in any case', async () => {
      const invocation = newInvocation();
      const app = `filtered-${invocation}`;
      await world.logs.append([
        entry(invocation, 1, { app, text: 'Fetched page 1 of ORDERS' }),
        entry(invocation, 2, { app, text: '100% done_ \\ ok' }),
        entry(invocation, 3, { app, text: 'Überweisung' }),
        entry(invocation, 4, { app: 'other', text: 'orders' }),
      ]);
      const orders = async (query: Partial<LogQuery>) =>
        (await all({ app, limit: 10, ...query })).map(({ line }) => line);
      assert.deepEqual(await orders({}), [1, 2, 3]);
      assert.deepEqual(await orders({ text: 'orders' }), [1]);
      assert.deepEqual(await orders({ text: 'überWEISUNG' }), [3]);
      for (const special of ['0% d', 'done_', '\\ ok'])
        assert.deepEqual(await orders({ text: special }), [2]);
      assert.deepEqual(await orders({ text: '_' }), [2], 'a wildcard of the database is plain text');
      assert.deepEqual(await orders({ text: '' }), [1, 2, 3]);
      const at = (order: number) => new Date(world.now.getTime() + order);
      assert.deepEqual(await orders({ since: at(2), until: at(3) }), [2]);
    });

    test('text of any kind is kept: NUL, emoji, half a surrogate, a very long line', async () => {
      const invocation = newInvocation();
      const texts = ['a\0b', '🛰️ ok', 'broken \uD83D', '', 'x'.repeat(300_000), "'; drop table entry; --"];
      await world.logs.append(texts.map((text, line) => entry(invocation, line, { text })));
      const read = await all({ invocations: [invocation], limit: 10 });
      assert.equal(read.length, texts.length);
      assert.match(read[0]?.text ?? '', /^a.b$/u);
      assert.equal(read[1]?.text, '🛰️ ok');
      assert.ok((read[4]?.text.length ?? 0) > 200_000);
      assert.equal(read[5]?.text, texts[5]);
      await world.logs.read({ text: 'a\0b', app: 'atlas', limit: 1 });
    });

    test('a cursor that is not one is the caller’s fault', async () => {
      const invocation = newInvocation();
      await world.logs.append([entry(invocation, 0), entry(invocation, 1)]);
      const { next } = await world.logs.read({ invocations: [invocation], limit: 1 });
      for (const wrong of ['x', '', 'e30', 'bnVsbA', "' or 1=1", `${next}x`.slice(3)]) {
        await assert.rejects(
          world.logs.read({ invocations: [invocation], limit: 1, after: wrong }),
          (error) => error instanceof MiddleError && error.code === 'request_invalid',
          wrong,
        );
      }
      await assert.rejects(
        world.logs.read({ limit: 1, after: next ?? '' }),
        MiddleError,
        'a cursor of another order',
      );
    });

    test('what is older than the retention goes, the rest stays', async () => {
      const kept = newInvocation(-(LOG_RETENTION_DAYS - 2) * DAY);
      const old = newInvocation(-(LOG_RETENTION_DAYS + 3) * DAY);
      await world.logs.append([entry(kept, 0), entry(old, 0)]);
      await world.logs.expire(world.now);
      assert.equal((await all({ invocations: [kept], limit: 10 })).length, 1);
      assert.deepEqual(await all({ invocations: [old], limit: 10 }), []);
      const later = new Date(world.now.getTime() + 3 * DAY);
      assert.ok((await world.logs.expire(later)) >= 1);
      assert.deepEqual(await all({ invocations: [kept], limit: 10 }), []);
      assert.equal(await world.logs.expire(later), 0);
    });

    test('many writers at once, also with the same entries', async () => {
      const invocation = newInvocation(DAY);
      const entries = Array.from({ length: 200 }, (_, order) => entry(invocation, order));
      await Promise.all(
        [0, 1, 2, 3].map((part) => world.logs.append(entries.slice(part * 20, part * 20 + 120))),
      );
      assert.equal((await all({ invocations: [invocation], limit: 50 })).length, 180);
    });
  });
}

/** A UUIDv7 of a moment. */
function invocationAt(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  const random = crypto.randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
