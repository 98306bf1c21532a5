import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRecordedTests } from './run-recorded.ts';

const MANIFEST = `key: shop
name: Shop
version: "1.0.0"
egress: { baseUrl: https://api.shop.example/v1, hosts: [api.shop.example] }
recordTypes:
  - key: sale
    title: Sale
    attributes: [{ key: id, type: primary_id, title: Id }, { key: total, type: number, title: Total }]
syncs:
  - { key: recent, recordType: sale, kind: recent, function: recent-sales }
actions:
  - { key: refund, title: Refund, function: refund }
webhooks:
  - { key: sold, title: Sold, function: sold }
`;

const FUNCTIONS = {
  'functions/recent-sales.ts': `import type { RecentInput, SyncContext } from '@middle/sdk';
export default async function recentSales(ctx: SyncContext<RecentInput>) {
  for await (const page of ctx.pages('/sales?modified_since=' + ctx.input.since)) {
    console.log('page', page.number, ctx.connection.settings.region);
    ctx.emitMany('sale', page.items);
    await ctx.progress({ cursor: page.next });
  }
}`,
  'functions/sold.ts': `import type { WebhookContext } from '@middle/sdk';
export default async function sold({ request, secrets, reject, emit, ...rest }: WebhookContext) {
  if (request.header('X-Sign') !== secrets.word) reject('it is not signed');
  console.log(request.method, request.query.topic?.[0], request.body.length, 'the word is', secrets.word, Object.keys(rest).sort().join());
  emit('sale', request.json() as object);
}`,
  'functions/refund.ts': `export default async function refund(ctx) {
  const response = await fetch('/refunds', { method: 'POST', body: JSON.stringify(ctx.input) });
  if (!response.ok) throw new Error('refused: ' + (await response.text()));
  return response.json();
}`,
};

const PAGES = `function: recent-sales
title: Two pages
input: { since: 2026-01-01T00:00:00Z, until: 2026-01-02T00:00:00Z }
settings: { region: eu }
calls:
  - request: GET /sales?modified_since=2026-01-01T00:00:00Z
    json: { items: [{ id: "1", total: 9.5 }], next: abc }
  - request: GET /sales?cursor=abc&modified_since=2026-01-01T00:00:00Z
    status: 429
    headers: { Retry-After: "60" }
  - request: GET https://api.shop.example/v1/sales?modified_since=2026-01-01T00:00:00Z&cursor=abc
    file: tests/answers/two.json
expect:
  records:
    sale: [{ id: "1", total: 9.5 }, { id: "2", total: 3 }]
  progress: [abc, null]
  logs: [page 2 eu]
`;

async function outcomesOf(tests: Record<string, string>) {
  const all = {
    'middle.app.yaml': MANIFEST,
    ...FUNCTIONS,
    'tests/answers/two.json': '{"items":[{"id":"2","total":3}]}',
    ...tests,
  };
  const files = new Map(Object.entries(all).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const { outcomes, problems } = await runRecordedTests(files);
  assert.deepEqual(problems, []);
  return outcomes;
}

test('recorded tests pass in the real sandbox: pages, waits, settings, actions, errors', async () => {
  const outcomes = await outcomesOf({
    'tests/pages.yaml': PAGES,
    'tests/refund.yaml': `function: refund
input: { id: "1" }
calls: [{ request: POST /refunds, body: { id: "1" }, status: 201, json: { ok: true } }]
expect: { result: { ok: true } }`,
    'tests/refused.yaml': `function: refund
calls: [{ request: POST /refunds, status: 409, text: twice }]
expect: { error: { code: function_error, message: "refused: twice" } }`,
  });
  for (const outcome of outcomes) assert.deepEqual(outcome.problems, [], outcome.file);
  assert.deepEqual(
    outcomes.map(({ title, records }) => [title, records]),
    [
      ['Two pages', 2],
      ['tests/refund.yaml', 0],
      ['tests/refused.yaml', 0],
    ],
  );
});

test('what differs is told precisely', async () => {
  const outcomes = await outcomesOf({
    'tests/a-total.yaml': PAGES.replace('total: 3 }]\n  progress', 'total: 4 }]\n  progress'),
    'tests/b-missing.yaml': PAGES.replace('cursor=abc\n    file', 'cursor=abd\n    file'),
    'tests/c-function.yaml': 'function: nothing\nexpect: {}',
    'tests/d-shape.yaml': 'function: refund\nexpects: {}',
    'tests/f-invalid.yaml': PAGES.replaceAll('total: 9.5', 'total: much'),
    'tests/g-invalid.yaml': PAGES.replaceAll('total: 9.5', 'total: much').replace(
      'expect:',
      'expect:\n  invalid: 1',
    ),
    'tests/e-count.yaml': PAGES.replace(/records:\n.*\n/, 'counts: { sale: 3 }\n'),
  });
  const problems = outcomes.map((outcome) => outcome.problems.join(' '));
  assert.equal(problems[0], 'sale 2 differs at total: it is 3, not 4.');
  assert.match(
    problems[1] ?? '',
    /No recorded call answers GET https:\/\/api\.shop\.example\/v1\/sales\?cursor=abc/,
  );
  assert.match(problems[1] ?? '', /cursor=abd was made 0 times, not once/);
  assert.match(problems[2] ?? '', /names no function “nothing”/);
  assert.match(problems[3] ?? '', /can't be read/);
  assert.equal(problems[4], 'It emitted 2 of sale, not 3.');
  assert.match(problems[5] ?? '', /^Record 1, a sale, is not valid: total /);
  assert.equal(problems[6], '');
});

const SOLD = `function: sold
request:
  headers: { x-sign: open sesame }
  query: { topic: sales }
  json: { id: '7', total: 3 }
secrets: { word: open sesame }
expect:
  records: { sale: [{ id: '7', total: 3 }] }
  logs: ['POST sales 20 the word is [protected] connection,cursor,emitMany,fetch,input,log,pages,signal']
`;
const UNSIGNED = `function: sold
request: { text: '{}' }
secrets: { word: open sesame }
expect:
  error: { code: webhook_refused, message: it is not signed }
`;

test('a webhook gets its request and its secrets, and may refuse', async () => {
  const files = new Map(
    Object.entries({
      'middle.app.yaml': MANIFEST,
      ...FUNCTIONS,
      'tests/sold.yaml': SOLD,
      'tests/unsigned.yaml': UNSIGNED,
    }).map(([path, text]) => [path, Buffer.from(text)]),
  );
  const { problems, outcomes } = await runRecordedTests(files);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    outcomes.map(({ file, problems: wrong }) => [file, wrong]),
    [
      ['tests/sold.yaml', []],
      ['tests/unsigned.yaml', []],
    ],
  );
});
