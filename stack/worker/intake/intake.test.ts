import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { signToken } from '@middle/core/token.ts';
import { markVanished } from '@middle/store/vanished.ts';
import { APP, CITY, intakeWorld, recordLine } from '../testing/intake-world.ts';
import type { City, IntakeWorld } from '../testing/intake-world.ts';
import { RecordTypeCache } from './check-records.ts';
import { reprocessInvalid } from './reprocess.ts';
import { storeBatch } from './store-batch.ts';

const city = (id: string, more: Partial<City> = {}): City => ({
  id,
  name: `City ${id}`,
  population: 1,
  country: null,
  ...more,
});

describe('intake', () => {
  let world: IntakeWorld;
  const recordTypes = new RecordTypeCache();
  before(async () => {
    world = await intakeWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.database.query(sql`delete from middle.record`);
    await world.database.query(sql`delete from middle.record_version`);
    await world.database.query(sql`delete from middle.invalid_record`);
  });

  const receivedOf = (body: Buffer): ReceivedMessage => ({
    id: '1',
    receipt: '1.x',
    body,
    receiveCount: 1,
    sentAt: new Date(),
  });
  const store = (...bodies: readonly Buffer[]): ReturnType<typeof storeBatch> =>
    storeBatch({ database: world.database, recordTypes }, bodies.map(receivedOf), {
      app: APP,
      tokenKey: world.tokenKey,
    });
  const records = async (): Promise<readonly (City & { version: number; deleted: boolean })[]> => {
    const { rows } = await world.database.query<{ data: City; version: number; deleted: boolean }>(
      sql`select data, version, deleted_at is not null as deleted from middle.record where record_set_id = ${world.cities} order by id`,
    );
    return rows.map(({ data, version, deleted }) => ({ ...data, version, deleted }));
  };
  const versions = async (): Promise<readonly { id: string; version: number; name: string }[]> => {
    const { rows } = await world.database.query<{ id: string; version: number; name: string }>(
      sql`select id, version, data ->> 'name' as name from middle.record_version order by id, version`,
    );
    return rows;
  };

  test('new records are inserted, changed ones updated with their old state kept, unchanged ones left', async () => {
    const first = await world.begin();
    await store(first.message([recordLine(city('a')), recordLine(city('b'))]));
    const second = await world.begin({ startedAt: new Date(Date.now() + 1000) });
    await store(second.message([recordLine(city('a', { name: 'Changed' })), recordLine(city('b'))]));
    assert.deepEqual(
      (await records()).map(({ id, name, version }) => ({ id, name, version })),
      [
        { id: 'a', name: 'Changed', version: 2 },
        { id: 'b', name: 'City b', version: 1 },
      ],
    );
    assert.deepEqual(await versions(), [{ id: 'a', version: 1, name: 'City a' }]);
  });

  test('an id may be any text: each is found again, changed and left', async () => {
    const ids = [
      '"',
      '\\',
      '\\"',
      '{a,b}',
      'NULL',
      ' a ',
      'a\tb\nc\rd',
      "'",
      '\\N',
      '\\.',
      '日本',
      ',',
      '{}',
    ];
    for (const name of ['first', 'second', 'second']) {
      const invocation = await world.begin();
      await store(invocation.message(ids.map((id) => recordLine(city(id, { name })))));
    }
    const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
    assert.deepEqual(
      (await records()).map(({ id, name, version }) => ({ id, name, version })).toSorted(byId),
      ids.map((id) => ({ id, name: 'second', version: 2 })).toSorted(byId),
    );
    assert.deepEqual((await versions()).map(({ id }) => id).toSorted(), ids.toSorted());
  });

  test('once in effect: a message that is delivered again changes nothing', async () => {
    const invocation = await world.begin();
    const message = invocation.message([recordLine(city('a')), 'Z{"value":1}']);
    await store(message, message);
    const again = await store(message);
    assert.equal(again.applied.length, 1, 'it counts as applied, so it is deleted from the queue');
    const { rows } = await world.database.query(
      sql`select applied_messages, applied_records, final_sequence, result from middle.invocation where id = ${invocation.id}`,
    );
    assert.deepEqual(rows, [{ applied_messages: 1, applied_records: 1, final_sequence: 1, result: 1 }]);
  });

  test('newest wins: any order and repetition of deliveries ends in the same state', async () => {
    const names = fc.constantFrom('A', 'B', 'C');
    const script = fc.array(fc.tuple(fc.constantFrom('x', 'y'), names), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(script, fc.infiniteStream(fc.nat()), async (emissions, choices) => {
        await world.database.query(sql`delete from middle.record`);
        const bodies: Buffer[] = [];
        const newest = new Map<string, string>();
        for (const [index, [id, name]] of emissions.entries()) {
          const invocation = await world.begin({ startedAt: new Date(Date.now() - 100_000 + index) });
          bodies.push(invocation.message([recordLine(city(id, { name }))]));
          newest.set(id, name);
        }
        const deliveries = [...bodies, ...bodies.slice(0, 2)]
          .map((body) => ({ body, order: choices.next().value ?? 0 }))
          .sort((a, b) => a.order - b.order);
        for (const { body } of deliveries) await store(body);
        const stored = (await records()).map(({ id, name }) => [id, name]);
        assert.deepEqual(
          stored,
          [...newest].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('an invalid record is set aside with its problems, the valid ones go on', async () => {
    const invocation = await world.begin();
    const wrong = { id: 'b', name: 7, extra: 1, country: null };
    await store(
      invocation.message([
        recordLine(city('a')),
        recordLine(wrong),
        recordLine({ id: 'z' }, 'planet'),
        'Rnot json',
        recordLine(city('c', { name: 'nul \u0000' })),
      ]),
    );
    assert.deepEqual(
      (await records()).map(({ id }) => id),
      ['a'],
    );
    const { rows } = await world.database.query<{
      record_id: string | null;
      problems: readonly { path: string }[];
    }>(sql`select record_id, problems from middle.invalid_record order by origin_sequence`);
    assert.deepEqual(
      rows.map(({ record_id, problems }) => [record_id, problems.map(({ path }) => path)]),
      [
        ['b', ['name', 'population', 'extra']],
        [null, ['']],
        [null, ['']],
        ['c', ['name']],
      ],
    );
  });

  test('a message of another app, with a foreign token or without form is rejected with the reason', async () => {
    const invocation = await world.begin();
    const claims = { app: 'other', version: 'v', connection: 'c', invocation: invocation.id, expires: 9e9 };
    const withToken = (token: string): Buffer =>
      Buffer.from(`${JSON.stringify({ v: 1, token, sequence: 1, records: 0 })}\nL{"text":"x"}\n`);
    const forged = signToken({ ...claims, app: APP }, Buffer.alloc(32, 8));
    const foreign = signToken(claims, world.tokenKey);
    const mismatched = signToken({ ...claims, app: APP }, world.tokenKey);
    const expired = signToken({ ...claims, app: APP, expires: 1 }, world.tokenKey);
    const outcome = await store(
      withToken(forged),
      withToken(foreign),
      withToken(mismatched),
      withToken(expired),
      Buffer.from('garbage'),
      Buffer.from([0xff, 0x0a]),
    );
    assert.equal(outcome.applied.length, 0);
    assert.deepEqual(outcome.rejected.map(({ code }) => code).sort(), [
      ...Array.from({ length: 2 }, () => 'message_invalid'),
      ...Array.from({ length: 4 }, () => 'message_origin'),
    ]);
  });

  test('a foreign key that was not seen asks for one lookup', async () => {
    const invocation = await world.begin();
    await store(
      invocation.message([
        recordLine({ id: 'FR', name: 'France' }, 'country'),
        recordLine(city('a', { country: 'FR' })),
        recordLine(city('b', { country: 'DE' })),
        recordLine(city('c', { country: 'DE' })),
      ]),
    );
    const { rows } = await world.database.query(sql`select record_id, state from middle.lookup_request`);
    assert.deepEqual(rows, [{ record_id: 'DE', state: 'pending' }]);
  });

  test('what a complete transfer has not seen is marked deleted, and comes back when seen again', async () => {
    const first = await world.begin({ complete: true });
    await store(first.message([recordLine(city('a')), recordLine(city('b'))]));
    const second = await world.begin({ complete: true, startedAt: new Date(Date.now() + 1000) });
    await store(second.message([recordLine(city('a'))]));
    assert.ok(second.runId);
    const transfer = {
      runId: second.runId,
      recordSetId: world.cities,
      invocationId: second.id,
      startedAt: second.startedAt,
    };
    const be = (state: string) =>
      world.database.query(sql`update middle.sync_run set state = ${state} where id = ${transfer.runId}`);
    await be('succeeded');
    assert.equal(await markVanished(world.database, transfer), 0, 'another worker has settled the run');
    await be('storing');
    assert.equal(await markVanished(world.database, transfer), 1);
    assert.equal(
      await markVanished(world.database, transfer),
      0,
      'again, after a crash before it was settled',
    );
    const third = await world.begin({ startedAt: new Date(Date.now() + 2000) });
    await store(third.message([recordLine(city('b'))]));
    assert.deepEqual(
      (await records()).map(({ id, version, deleted }) => ({ id, version, deleted })),
      [
        { id: 'a', version: 1, deleted: false },
        { id: 'b', version: 3, deleted: false },
      ],
    );
  });

  test('after the record type was changed, invalid records are stored as the emissions they were', async () => {
    const invocation = await world.begin({ startedAt: new Date(Date.now() - 5000) });
    await store(
      invocation.message([
        recordLine({ ...city('a'), mayor: 'Ada' }),
        recordLine({ ...city('b'), mayor: 'Bob' }),
        recordLine({ ...city('c'), mayor: 3 }),
      ]),
    );
    const newer = await world.begin();
    await store(newer.message([recordLine(city('b', { name: 'Newer' }))]));
    const mayor = { key: 'mayor', type: 'string', title: 'Mayor' };
    await world.changeCities({ ...CITY, attributes: [...CITY.attributes, mayor] });
    try {
      const outcome = await reprocessInvalid(
        world.database,
        { connectionId: world.connectionId, recordType: 'city' },
        { signal: new AbortController().signal, progress: () => {} },
      );
      assert.deepEqual(outcome, { settled: 2, stillInvalid: 1 });
      assert.deepEqual(
        (await records()).map(({ id, name }) => ({ id, name })),
        [
          { id: 'a', name: 'City a' },
          { id: 'b', name: 'Newer' },
        ],
      );
    } finally {
      await world.changeCities(CITY);
    }
  });

  test('from the queue to the table: two intakes, every record once, queue empty, logs kept', async () => {
    const queue = world.queues.open(APP);
    const invocation = await world.begin();
    const sent = 40;
    for (let index = 0; index < sent; index += 1) {
      const lines = Array.from({ length: 25 }, (_, line) => recordLine(city(`${index}-${line}`)));
      const last = index === sent - 1 ? ['Z{"value":null}'] : [];
      await queue.send([{ body: invocation.message([...lines, 'L{"text":"hello"}', ...last]) }]);
    }
    await queue.send([{ body: Buffer.from('garbage') }]);
    const intakes = [world.startIntake(), world.startIntake()];
    const settled = async (): Promise<boolean> => {
      const { visible, inFlight } = await queue.stats();
      return visible + inFlight === 0;
    };
    while (!(await settled())) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(intakes.map((intake) => intake.stop()));
    assert.equal((await records()).length, sent * 25);
    assert.deepEqual(await versions(), []);
    const { rows } = await world.database.query(
      sql`select applied_messages, final_sequence from middle.invocation where id = ${invocation.id}`,
    );
    assert.deepEqual(rows, [{ applied_messages: sent, final_sequence: sent }]);
    const logged = await world.database.query(
      sql`select from logs.entry where invocation = ${invocation.id}`,
    );
    assert.equal(logged.rowCount, sent);
    const [dead] = await queue.deadLetters({ limit: 10 });
    assert.equal(dead?.reason.code, 'message_invalid');
  });
});
