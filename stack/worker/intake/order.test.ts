import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { APP, intakeWorld, recordLine } from '../testing/intake-world.ts';
import type { IntakeWorld, TestInvocation } from '../testing/intake-world.ts';
import { RecordTypeCache } from './check-records.ts';
import { storeBatch } from './store-batch.ts';

const HOUR = 3_600_000;
const RETURNED = 'Z{"value":null}';

describe('the newest emission wins, also over one that changed nothing', () => {
  let world: IntakeWorld;
  const recordTypes = new RecordTypeCache();
  before(async () => {
    world = await intakeWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(clear);

  async function clear(): Promise<void> {
    for (const table of ['record', 'record_version', 'applied_message', 'invocation']) {
      await world.database.query(raw(`delete from middle.${table}`));
    }
  }

  const hoursAgo = (hours: number): Promise<TestInvocation> =>
    world.begin({ startedAt: new Date(Date.now() - hours * HOUR) });
  const city = (name: string, id = 'x'): string => recordLine({ id, name, population: 1, country: null });
  const store = (...bodies: readonly Buffer[]): ReturnType<typeof storeBatch> => {
    const received = bodies.map((body): ReceivedMessage => {
      return { id: '1', receipt: '1.x', body, receiveCount: 1, sentAt: new Date() };
    });
    const origins = { app: APP, tokenKey: world.tokenKey };
    return storeBatch({ database: world.database, recordTypes }, received, origins);
  };
  async function names(): Promise<readonly (readonly [string, string])[]> {
    const { rows } = await world.database.query<{ id: string; name: string }>(
      sql`select id, data ->> 'name' as name from middle.record order by id`,
    );
    return rows.map(({ id, name }) => [id, name]);
  }

  test('when a message of the same invocation comes late', async () => {
    await store((await hoursAgo(2)).message([city('B'), RETURNED]));
    const invocation = await hoursAgo(1);
    const [earlier, later] = [invocation.message([city('A')]), invocation.message([city('B'), RETURNED])];
    await store(later);
    await store(earlier);
    assert.deepEqual(await names(), [['x', 'B']]);
  });

  test('when a dead letter is sent again after more than a day', async () => {
    await store((await hoursAgo(30)).message([city('B'), RETURNED]));
    const dead = await hoursAgo(29);
    const letter = dead.message([city('A'), city('A', 'y')]);
    await store((await hoursAgo(1)).message([city('B'), RETURNED]));
    await store(letter);
    assert.deepEqual(
      await names(),
      [
        ['x', 'B'],
        ['y', 'A'],
      ],
      'the newer state stays, and what nobody else said is stored',
    );
  });

  test('in whatever order the messages of several invocations come', async () => {
    const message = fc.record({
      invocation: fc.nat({ max: 2 }),
      record: fc.constantFrom('x', 'y'),
      name: fc.constantFrom('A', 'B'),
      order: fc.nat({ max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 2, maxLength: 8 }), async (messages) => {
        await clear();
        const invocations = await Promise.all([hoursAgo(30), hoursAgo(2), hoursAgo(1)]);
        const inOrder = messages.toSorted((a, b) => a.invocation - b.invocation);
        const sent = inOrder.flatMap(({ invocation, record, name, order }, place) => {
          const ending = inOrder[place + 1]?.invocation === invocation ? [] : [RETURNED];
          const body = invocations[invocation]?.message([city(name, record), ...ending]);
          return body === undefined ? [] : [{ body, order }];
        });
        for (const { body } of sent.toSorted((a, b) => a.order - b.order)) await store(body);
        const newest = new Map(inOrder.map(({ record, name }) => [record, name]));
        assert.deepEqual(
          await names(),
          [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('and confirms each unchanged record at most once for a message that never comes', async () => {
    await store((await hoursAgo(5)).message([city('B'), RETURNED]));
    await hoursAgo(4);
    await store((await hoursAgo(3)).message([city('B'), RETURNED]));
    const place = async (): Promise<unknown> =>
      (await world.database.query(sql`select ctid, xmin from middle.record`)).rows[0];
    const confirmed = await place();
    await store((await hoursAgo(2)).message([city('B'), RETURNED]));
    assert.deepEqual(await place(), confirmed);
  });
});
