import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApiProblem } from '@middle/contract/client.ts';
import { store, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
let params: { accountId: string };
let elsewhere: string;
let connections: { shop: string };
const scope = {
  record: { kind: 'record', connection: 'shop', recordType: 'order' },
  amount: { kind: 'number' },
} as const;

before(async () => {
  server = await testServer();
  const sample = await withConnection(server);
  elsewhere = (await withConnection(server, 'other')).connection.id;
  params = { accountId: sample.account.id };
  connections = { shop: sample.connection.id };
  await store(server, sample.customers.id, [{ id: 'c1', data: { id: 'c1', name: 'Ann', age: 30 } }]);
  await store(server, sample.orders.id, [
    { id: 'o1', data: { id: 'o1', customer: 'c1', paid: true } },
    { id: 'o2', data: { id: 'o2', customer: 'c1', paid: false } },
    { id: 'o3', data: { id: 'o3', customer: null, paid: false } },
  ]);
});
after(async () => server[Symbol.asyncDispose]());

const isProblem = (code: string) => (error: unknown) => error instanceof ApiProblem && error.code === code;
const evaluate = async (source: string, record = 'o1', values: Record<string, unknown> = {}) => {
  const body = { source, scope, connections, records: { record }, values };
  return (await server.client.evaluateExpression({ params, body })).value;
};

describe('expressions over the API', () => {
  test('are checked against the record types of the account’s connections', async () => {
    const check = (source: string, expected?: { kind: 'boolean' }) =>
      server.client.checkExpression({
        params,
        body: { source, scope, connections, ...(expected !== undefined && { expected }) },
      });
    assert.deepEqual(await check('record.paid', { kind: 'boolean' }), {
      type: { kind: 'boolean', nullable: true },
      words: 'true or false',
      problems: [],
    });
    const wrong = await check('record.payed && amount');
    assert.equal(wrong.type, null);
    assert.deepEqual(
      wrong.problems.map(({ start, end, suggestion }) => ({ start, end, suggestion })),
      [
        { start: 7, end: 12, suggestion: 'paid' },
        { start: 16, end: 22, suggestion: undefined },
      ],
    );
    assert.equal((await check('')).problems.length, 1);
  });

  test('are completed, and their names explained', async () => {
    const { suggestions, description } = await server.client.completeExpression({
      params,
      body: { source: 'related(record, "customer").na', scope, connections, cursor: 30 },
    });
    assert.deepEqual(
      suggestions.slice(0, 1).map(({ text, title, type }) => ({ text, title, type })),
      [{ text: 'name', title: 'Name', type: 'text' }],
    );
    assert.equal(description, null);
  });

  test('are worked out on stored records, with related ones in both directions', async () => {
    assert.equal(await evaluate('record.paid ? amount * 2 : 0', 'o1', { amount: 1.5 }), 3);
    assert.equal(await evaluate('related(record, "customer").name'), 'Ann');
    assert.equal(await evaluate('related(record, "customer").name', 'o3'), null);
    assert.deepEqual(await evaluate('related(related(record, "customer"), "order").map(o, o.id).sort()'), [
      'o1',
      'o2',
    ]);
    assert.equal(
      await evaluate(
        'related(record, "customer").related("order").exists(o, !o.paid) && related(record, "customer").age / 2 == 15',
      ),
      true,
    );
  });

  test('say what is wrong', async () => {
    await assert.rejects(evaluate('record.nothing'), isProblem('expression_invalid'));
    await assert.rejects(evaluate('amount + 1', 'o1', { amount: 'many' }), isProblem('expression_failed'));
    await assert.rejects(evaluate('record.id', 'gone'), isProblem('not_found'));
    const body = { source: '1', scope, records: { amount: 'o1' } };
    await assert.rejects(server.client.evaluateExpression({ params, body }), isProblem('request_invalid'));
  });

  test('see no connection of another account', async () => {
    const body = { source: 'record.id', scope, connections: { shop: elsewhere }, records: { record: 'o1' } };
    await assert.rejects(server.client.evaluateExpression({ params, body }), isProblem('not_found'));
    const named = { ...scope, record: { ...scope.record, connection: elsewhere } };
    const direct = { source: 'record.id', scope: named, records: { record: 'o1' } };
    await assert.rejects(server.client.evaluateExpression({ params, body: direct }), isProblem('not_found'));
  });
});
