import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { DEAD_LETTER_LIMITS } from '@middle/cloud/ports/queue.ts';
import { APP, CITY, intakeWorld, recordLine } from '../testing/intake-world.ts';
import type { City, IntakeWorld } from '../testing/intake-world.ts';
import { RecordTypeCache } from './check-records.ts';
import { reprocessInvalid } from './reprocess.ts';
import { storeBatch } from './store-batch.ts';

const city = (id: string, name: string, more: object = {}): City => ({
  id,
  name,
  population: 1,
  country: null,
  ...more,
});
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('intake under bad luck and bad will', () => {
  let world: IntakeWorld;
  const recordTypes = new RecordTypeCache();
  before(async () => {
    world = await intakeWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    for (const statement of [
      sql`delete from middle.record`,
      sql`delete from middle.record_version`,
      sql`delete from middle.invalid_record`,
      sql`delete from middle.invocation`,
    ]) {
      await world.database.query(statement);
    }
  });

  const store = (...bodies: readonly Buffer[]): ReturnType<typeof storeBatch> =>
    storeBatch(
      { database: world.database, recordTypes },
      bodies.map((body): ReceivedMessage => ({
        id: '1',
        receipt: '1.x',
        body,
        receiveCount: 1,
        sentAt: new Date(),
      })),
      { app: APP, tokenKey: world.tokenKey },
    );
  const names = async (): Promise<Readonly<Record<string, string>>> => {
    const { rows } = await world.database.query<{ id: string; name: string }>(
      sql`select id, data ->> 'name' as name from middle.record where record_set_id = ${world.cities} order by id`,
    );
    return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test('newest wins also when an older emission was set aside and fits later', async () => {
    const first = await world.begin({ startedAt: minutesAgo(3) });
    await store(first.message([recordLine(city('a', 'Right')), 'Z{}']));
    const second = await world.begin({ startedAt: minutesAgo(2) });
    await store(second.message([recordLine(city('a', 'Stale', { mayor: 'Ada' })), 'Z{}']));
    const third = await world.begin({ startedAt: minutesAgo(1) });
    await store(third.message([recordLine(city('a', 'Right')), 'Z{}']));
    const mayor = { key: 'mayor', type: 'string', title: 'Mayor' };
    await world.changeCities({ ...CITY, attributes: [...CITY.attributes, mayor] });
    const scope = { connectionId: world.connectionId, recordType: 'city' };
    const told = { signal: new AbortController().signal, progress: () => {} };
    assert.deepEqual(await reprocessInvalid(world.database, scope, told), { settled: 1, stillInvalid: 0 });
    assert.deepEqual(await names(), { a: 'Right' });
    await world.changeCities(CITY);
  });

  test('newest wins also when a message of an earlier run comes after an unchanged one of a later run', async () => {
    const first = await world.begin({ startedAt: minutesAgo(3) });
    await store(first.message([recordLine(city('a', 'Right')), 'Z{}']));
    const late = await world.begin({ startedAt: minutesAgo(2) });
    const stale = late.message([recordLine(city('a', 'Stale')), 'Z{}']);
    const third = await world.begin({ startedAt: minutesAgo(1) });
    await store(third.message([recordLine(city('a', 'Right')), 'Z{}']));
    await store(stale);
    assert.deepEqual(await names(), { a: 'Right' });
  });

  test('many writers of the same records at once: one row each, and a history without gaps', async () => {
    const writers = 12;
    const bodies: Buffer[] = [];
    for (let writer = 0; writer < writers; writer += 1) {
      const invocation = await world.begin({ startedAt: new Date(Date.now() - 60_000 + writer) });
      const ids = Array.from({ length: 30 }, (_, place) => `c${(place * 7 + writer) % 30}`);
      bodies.push(invocation.message(ids.map((id) => recordLine(city(id, `by ${writer}`)))));
    }
    await Promise.all([...bodies, ...bodies.toReversed()].map((body) => store(body)));
    const stored = await names();
    assert.equal(Object.keys(stored).length, 30);
    assert.deepEqual(new Set(Object.values(stored)), new Set([`by ${writers - 1}`]));
    const { rows } = await world.database.query(sql`
      select r.id from middle.record r left join middle.record_version v on v.record_set_id = r.record_set_id and v.id = r.id
      where r.record_set_id = ${world.cities} group by r.id, r.version
      having count(v.id) <> r.version - 1 or coalesce(max(v.version), 0) <> r.version - 1`);
    assert.deepEqual(rows, [], 'every version but the last one is in the history');
  });

  test('text that Postgres cannot store and bytes that are no text are set aside and can be looked at', async () => {
    const invocation = await world.begin();
    const lines = [
      'R["city",{"id":"nul","name":"a\\u0000","population":1,"country":null}]',
      'R["city",{"id":"half","name":"\\ud800","population":1,"country":null}]',
      'R["city",{"id":"big","name":"x","population":1e999,"country":null}]',
      'R["city",{"id":"proto","name":"x","population":1,"country":null,"__proto__":{"x":1}}]',
      'R["ci\\u0000ty",{"id":"x\\u0000"}]',
      'R\u0000',
      recordLine(city('good', 'Good')),
      'L{"text":"nul \\u0000"}',
      'P{"cursor":{"at\\u0000":"\\ud800"}}',
      'Z{"value":"\\u0000"}',
    ];
    const body = invocation.message(lines);
    body[body.indexOf('"x","population"') + 1] = 0xff;
    const { applied } = await store(body);
    assert.equal(applied.length, 1);
    assert.deepEqual(await names(), { good: 'Good' });
    const { rows } = await world.database.query<{
      id: string | null;
      problem: string;
      raw: string | null;
    }>(sql`
      select record_id as id, problems -> 0 ->> 'problem' as problem, raw from middle.invalid_record order by origin_sequence`);
    assert.deepEqual(
      rows.map(({ id, problem }) => [id, problem.replace(/ \(.*| which.*/, '')]),
      [
        ['nul', 'has the character U+0000,'],
        ['half', 'is not well-formed Unicode'],
        [null, 'The emitted line is not UTF-8.'],
        ['proto', 'is not an attribute'],
        [null, 'The app version has no record type "ci\uFFFDty".'],
        [null, 'The emitted line is not JSON.'],
      ],
    );
    assert.match(rows[2]?.raw ?? '', /"big"/);
  });

  test('a message of a connection that was deleted is rejected, not tried for ever', async () => {
    const invocation = await world.begin();
    await world.database.query(
      sql`update middle.invocation set connection_id = uuidv7() where id = ${invocation.id}`,
    );
    const { applied, rejected } = await store(invocation.message([recordLine(city('a', 'A'))]));
    assert.deepEqual([applied.length, rejected[0]?.code], [0, 'message_origin']);
  });

  test('a day that nobody prepared is made when it comes', async () => {
    const first = await world.begin({ startedAt: minutesAgo(2) });
    await store(first.message([recordLine(city('a', 'Before'))]));
    await world.forgetToday();
    const second = await world.begin({ startedAt: minutesAgo(1) });
    await world.queues.open(APP).send([{ body: second.message([recordLine(city('a', 'After'))]) }]);
    const intake = world.startIntake();
    await until(async () => (await names())['a'] === 'After');
    await intake.stop();
  });

  test('a message that cannot be stored does not hold up the others, and dies with its reason', async () => {
    const queue = world.queues.open(APP);
    await world.refuse('poison');
    const invocation = await world.begin();
    await queue.send(
      ['a', 'poison', 'b'].map((id) => ({ body: invocation.message([recordLine(city(id, id))]) })),
    );
    const intake = world.startIntake();
    await until(async () => Object.keys(await names()).length === 2);
    // It is tried again after a pause that grows; here its last time comes at once.
    await until(async () => (await queue.stats()).inFlight === 1);
    const last = DEAD_LETTER_LIMITS.maxReceives - 1;
    await until(async () => {
      await world.database.query(
        sql`update queue.message set receive_count = ${last}, visible_at = now() where receive_count < ${last}`,
      );
      return (await queue.stats()).dead > 0;
    });
    await intake.stop();
    assert.deepEqual(await names(), { a: 'a', b: 'b' });
    const [dead] = await queue.deadLetters({ limit: 10 });
    assert.equal(dead?.reason.code, 'received_too_often');
    assert.match(dead.reason.message, /poison is refused/);
    await world.refuse(null);
    await queue.redrive();
    const again = world.startIntake();
    await until(async () => 'poison' in (await names()));
    await again.stop();
  });
});
