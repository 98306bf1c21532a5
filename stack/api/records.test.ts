import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { ApiProblem } from '@middle/contract/client.ts';
import { store, storeVersion, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

const [FIRST, SECOND, THIRD] = [randomUUID(), randomUUID(), randomUUID()];
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

let server: TestServer;
let customers: { connectionId: string; recordType: string };
let orders: { connectionId: string; recordType: string };

before(async () => {
  server = await testServer();
  const sample = await withConnection(server);
  customers = { connectionId: sample.connection.id, recordType: 'customer' };
  orders = { ...customers, recordType: 'order' };
  const many = Array.from({ length: 25 }, (_, n) => {
    const id = `c${String(n).padStart(2, '0')}`;
    return { id, data: { id, name: `Name ${String(n)}`, age: n }, at: day(1) };
  });
  await store(server, sample.customers.id, [
    ...many,
    { id: 'gone', data: { id: 'gone', name: 'Gone', age: 1 }, at: day(1), deletedAt: day(2) },
    {
      id: 'a/b?c',
      data: { id: 'a/b?c', name: 'Ann Älba', age: 99 },
      version: 3,
      at: day(20),
      invocation: THIRD,
    },
  ]);
  await server.worker.query(sql`select middle.add_day_partitions('2026-01-01'::date, 40)`);
  const states = [
    { version: 1, data: { id: 'a/b?c', name: 'Ann', age: 98 }, from: day(5), to: day(10), invocation: FIRST },
    {
      version: 2,
      data: { id: 'a/b?c', name: 'Ann', age: 99 },
      from: day(10),
      to: day(20),
      invocation: SECOND,
    },
  ];
  for (const state of states) await storeVersion(server, sample.customers.id, 'a/b?c', state);
  await store(server, sample.orders.id, [
    { id: 'o1', data: { id: 'o1', customer: 'c01', paid: true } },
    { id: 'o2', data: { id: 'o2', customer: 'c01', paid: false } },
    { id: 'o3', data: { id: 'o3', customer: 'nobody', paid: false } },
  ]);
});
after(async () => server[Symbol.asyncDispose]());

const isProblem = (code: string) => (error: unknown) => error instanceof ApiProblem && error.code === code;

describe('records', () => {
  test('are listed page by page, each once, without those that vanished', async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page = await server.client.listRecords({
        params: customers,
        query: { limit: 10, ...(next === null ? {} : { after: next }) },
      });
      seen.push(...page.items.map(({ id }) => id));
      assert.deepEqual(page.total, { count: 26, exact: true });
      ({ next } = page);
    } while (next !== null);
    assert.equal(seen.length, 26);
    assert.equal(new Set(seen).size, 26);
    assert.deepEqual(seen, [...seen].sort());
    const deleted = await server.client.listRecords({ params: customers, query: { deleted: 'only' } });
    assert.deepEqual(
      deleted.items.map(({ id }) => id),
      ['gone'],
    );
  });

  test('are found by words, filtered and sorted, page by page', async () => {
    const found = await server.client.listRecords({ params: customers, query: { text: 'ann alb' } });
    assert.deepEqual(
      found.items.map(({ id }) => id),
      ['a/b?c'],
    );
    const query = { filter: ['age:gte:5', 'age:lt:25'], sort: 'age:desc', limit: 12 };
    const first = await server.client.listRecords({ params: customers, query });
    assert.equal(first.total.count, 20);
    assert.equal(first.items[0]?.data['age'], 24);
    assert(first.next !== null);
    const second = await server.client.listRecords({
      params: customers,
      query: { ...query, after: first.next },
    });
    assert.equal(second.items.length, 8);
    assert.equal(second.items.at(-1)?.data['age'], 5);
    const paid = await server.client.listRecords({ params: orders, query: { filter: ['paid:is:true'] } });
    assert.equal(paid.items.length, 1);
  });

  test('refuse what they have not', async () => {
    const wrong = ['nope:is:1', 'age:is:abc', 'age:is:', 'paid:is:true'];
    for (const filter of wrong) {
      await assert.rejects(
        server.client.listRecords({ params: customers, query: { filter: [filter] } }),
        isProblem('request_invalid'),
        filter,
      );
    }
    await assert.rejects(
      server.client.listRecords({ params: customers, query: { sort: 'nope:asc' } }),
      isProblem('request_invalid'),
    );
  });

  test('a cursor of one list is none of another', async () => {
    const { next } = await server.client.listRecords({ params: customers, query: { limit: 1 } });
    assert(next !== null);
    await assert.rejects(
      server.client.listRecords({ params: customers, query: { text: 'name', after: next } }),
      isProblem('request_invalid'),
    );
  });
});

describe('one record', () => {
  const params = (): typeof customers & { recordId: string } => ({ ...customers, recordId: 'a/b?c' });

  test('is read now and as it was at a moment', async () => {
    assert.equal((await server.client.getRecord({ params: params() })).data['name'], 'Ann Älba');
    const at = async (n: number) =>
      server.client.getRecord({ params: params(), query: { at: day(n).toISOString() } });
    assert.deepEqual(
      [(await at(7)).data['age'], (await at(15)).data['name'], (await at(25)).version],
      [98, 'Ann', 3],
    );
    assert.equal((await at(10)).version, 2, 'a state begins at its moment');
    await assert.rejects(at(4), isProblem('not_found'));
  });

  test('shows its versions with what changed', async () => {
    const { items, next } = await server.client.listRecordVersions({ params: params(), query: { limit: 2 } });
    assert.deepEqual(
      items.map(({ version, changed, replacedAt }) => [version, changed, replacedAt === null]),
      [
        [3, ['name'], true],
        [2, ['age'], false],
      ],
    );
    const rest = await server.client.listRecordVersions({ params: params(), query: { after: next ?? '' } });
    assert.deepEqual(
      rest.items.map(({ version, changed }) => [version, changed]),
      [[1, []]],
    );
  });

  test('shows the difference between two moments', async () => {
    const { changes } = await server.client.compareRecord({
      params: params(),
      query: { from: day(6).toISOString(), to: day(21).toISOString() },
    });
    assert.deepEqual(changes, [
      { attribute: 'age', change: 'changed', before: 98, after: 99 },
      { attribute: 'name', change: 'changed', before: 'Ann', after: 'Ann Älba' },
    ]);
    const fromNothing = await server.client.compareRecord({
      params: params(),
      query: { from: day(1).toISOString() },
    });
    assert.equal(fromNothing.from, null);
    assert(fromNothing.changes.every(({ change }) => change === 'added'));
  });

  test('says which invocation wrote each value', async () => {
    const { items } = await server.client.listRecordProvenance({ params: params() });
    const origin = Object.fromEntries(items.map(({ attribute, invocationId }) => [attribute, invocationId]));
    assert.deepEqual(origin, { id: FIRST, age: SECOND, name: THIRD });
    assert(items.every(({ complete }) => complete));
  });

  test('shows what it names and what names it', async () => {
    const order = (recordId: string) => server.client.getRecord({ params: { ...orders, recordId } });
    assert.deepEqual((await order('o1')).references, [
      { attribute: 'customer', recordType: 'customer', id: 'c01', stored: true },
    ]);
    assert.equal((await order('o3')).references[0]?.stored, false);
    const named = { ...customers, recordId: 'c01' };
    const { items } = await server.client.listRelatedTabs({ params: named });
    assert.deepEqual(
      items.map(({ recordType, attribute, records }) => [recordType, attribute, records.count]),
      [['order', 'customer', 2]],
    );
    const related = await server.client.listRelatedRecords({
      params: { ...named, relatedType: 'order', attribute: 'customer' },
    });
    assert.deepEqual(related.items.map(({ id }) => id).sort(), ['o1', 'o2']);
    await assert.rejects(
      server.client.listRelatedRecords({ params: { ...named, relatedType: 'order', attribute: 'paid' } }),
      isProblem('not_found'),
    );
  });

  test('says when retention will delete it', async () => {
    assert.equal((await server.client.getRecord({ params: params() })).expiresAt, null);
    await server.client.updateSettings({ body: { retention: { recordDays: 40 } } });
    const { expiresAt } = await server.client.getRecord({ params: params() });
    assert.equal(expiresAt, new Date(day(20).getTime() + 40 * 86_400_000).toISOString());
  });
});

test('a search of the whole account finds records of every type', async () => {
  const { items } = await server.client.searchAccount({
    params: { accountId: 'demo' },
    query: { text: 'c01' },
  });
  assert.deepEqual(items.map(({ recordType }) => recordType).sort(), ['customer', 'order', 'order']);
});
