import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import sql from 'sql-template-tag';
import { problem } from '@middle/contract/problem.ts';
import type { Problem } from '@middle/contract/problem.ts';
import { realTimeWorld, SUM, WAITING } from '../testing/real-time.ts';
import type { RealTimeWorld } from '../testing/real-time.ts';

const NOWHERE = '019a0000-0000-7000-8000-000000000000';

let world: RealTimeWorld;
let key = '';

before(async () => {
  world = await realTimeWorld();
  key = await world.key({ name: 'main' });
  await world.expose('sum', SUM);
  await world.expose('rest', WAITING, { timeLimitSeconds: 1 });
});
after(async () => world[Symbol.asyncDispose]());

async function problemOf(response: Response, status: number): Promise<Problem> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  return problem.parse(JSON.parse(text));
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  return { ...Object(body) };
}

async function stateOf(id: unknown, secret = key): Promise<Response> {
  return fetch(`${world.server.baseUrl}/run/demo/executions/${String(id)}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
}

async function ended(id: unknown): Promise<Record<string, unknown>> {
  for (;;) {
    const state = await jsonOf(await stateOf(id));
    if (state['endedAt'] !== null) return state;
    await sleep(20);
  }
}

describe('a call', () => {
  test('waits for the output of the workflow', async () => {
    const response = await world.call('sum', { key, body: { a: 2, b: 3 } });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { sum: 5 });
    const executionId = response.headers.get('execution-id') ?? '';
    const execution = await world.server.client.getExecution({ params: { executionId } });
    assert.deepEqual([execution.cause, execution.startedBy], ['api', 'main']);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });

  test('without a body gives no inputs', async () => {
    await world.expose('hello', { output: [{ key: 'text', title: 'Text', value: '"hello"' }] });
    const response = await world.call('hello', { key });
    assert.deepEqual(await response.json(), { text: 'hello' });
  });

  test('that takes longer than its endpoint waits goes on, and can be asked for', async () => {
    const response = await world.call('rest', { key, body: { seconds: 1.3 } });
    assert.equal(response.status, 202);
    const body = await jsonOf(response);
    assert.equal(response.headers.get('location'), `/run/demo/executions/${String(body['id'])}`);
    assert.equal(body['state'], 'waiting');
    const state = await ended(body['id']);
    assert.equal(state['state'], 'succeeded');
    assert.deepEqual(state['output'], { seconds: 1.3 });
  });

  test('may prefer not to wait', async () => {
    for (const prefer of ['respond-async', 'wait=0', 'foo, respond-async;x=1']) {
      const response = await world.call('sum', { key, body: { a: 1, b: 1 }, headers: { prefer } });
      assert.equal(response.status, 202, prefer);
      assert.deepEqual((await ended((await jsonOf(response))['id']))['output'], { sum: 2 });
    }
  });

  test('of an asynchronous endpoint is answered at once', async () => {
    await world.expose('later', SUM, { mode: 'async' });
    const response = await world.call('later', { key, body: { a: 4, b: 4 } });
    assert.equal(response.status, 202);
    assert.deepEqual((await ended((await jsonOf(response))['id']))['output'], { sum: 8 });
  });

  test('whose caller hangs up goes on', async () => {
    const hangUp = new AbortController();
    const call = world.call('rest', {
      key,
      body: { seconds: 0.3 },
      headers: { 'idempotency-key': 'hung-up' },
      signal: hangUp.signal,
    });
    await untilWaiting(1);
    hangUp.abort();
    await assert.rejects(call);
    const again = await world.call('rest', {
      key,
      body: { seconds: 0.3 },
      headers: { 'idempotency-key': 'hung-up' },
    });
    assert.deepEqual(await again.json(), { seconds: 0.3 });
  });

  test('that fails says whose fault it was', async () => {
    await world.expose('refuse', {
      steps: [{ key: 'no', title: 'No', kind: 'stop', outcome: 'failed', message: '"not today"' }],
    });
    const refused = await problemOf(await world.call('refuse', { key }), 422);
    assert.equal(refused.code, 'workflow_failed');
    assert.equal(refused.fault, 'user');
    assert.match(refused.detail, /not today/);
    const error: unknown = refused.data?.['error'];
    assert.equal(Object(error).code, 'execution_stopped');
  });
});

/** Executions that are waiting in a step. */
async function untilWaiting(least: number): Promise<void> {
  for (;;) {
    const { rows } = await world.server.worker.query<{ count: number }>(
      sql`select count(*)::integer as count from middle.execution_open where state = 'waiting'`,
    );
    if ((rows[0]?.count ?? 0) >= least) return;
    await sleep(10);
  }
}

describe('a key', () => {
  test('that is missing, malformed, unknown or of the command line is refused alike', async () => {
    const answers = new Set<string>();
    for (const wrong of [
      null,
      'x',
      'mk_0123456789_x',
      `mk_0123456789_${'A'.repeat(43)}`,
      world.server.token,
    ]) {
      const response = await world.call('sum', { key: wrong, body: { a: 1, b: 1 } });
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
      const { requestId: _, ...said } = await problemOf(response, 401);
      answers.add(JSON.stringify(said));
    }
    assert.equal(answers.size, 1);
  });

  test('with another end than the one that was shown is refused', async () => {
    const other = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    assert.equal((await problemOf(await world.call('sum', { key: other }), 401)).code, 'api_key_invalid');
  });

  test('opens nothing of the management API', async () => {
    const response = await fetch(`${world.server.baseUrl}/api/v1/accounts`, {
      headers: { authorization: `Bearer ${key}` },
    });
    assert.equal(response.status, 401);
  });

  test('of another account finds neither its endpoints nor its executions', async () => {
    const other = await world.server.client.createAccount({ body: { key: 'other', name: 'Other' } });
    const foreign = await world.key({ account: other.id });
    assert.equal((await problemOf(await world.call('sum', { key: foreign }), 404)).code, 'not_found');
    await problemOf(await world.call('sum', { key: foreign, account: 'other' }), 404);
    const started = await world.call('sum', { key, body: { a: 1, b: 1 } });
    const id = started.headers.get('execution-id');
    assert.equal((await stateOf(id)).status, 200);
    await problemOf(await stateOf(id, foreign), 404);
    await problemOf(await stateOf(id, await world.key()), 404);
    await problemOf(await stateOf(NOWHERE), 404);
    await problemOf(await stateOf('x'), 404);
  });

  test('calls only the workflows that were chosen for it', async () => {
    const only = await world.expose('only-this', SUM);
    const narrow = await world.key({ workflowIds: [only] });
    assert.equal((await world.call('only-this', { key: narrow, body: { a: 1, b: 1 } })).status, 200);
    assert.equal((await problemOf(await world.call('sum', { key: narrow }), 403)).code, 'not_allowed');
  });

  test('can be rotated: the one before works until its grace time ends', async () => {
    const { client } = world.server;
    const made = await client.createApiKey({
      params: { accountId: world.account.id },
      body: { name: 'rotated' },
    });
    const rotate = (graceSeconds: number) =>
      client.rotateApiKey({ params: { apiKeyId: made.apiKey.id }, body: { graceSeconds } });
    const second = await rotate(3_600);
    assert.equal(second.apiKey.secrets.length, 2);
    const works = async (secret: string) =>
      (await world.call('sum', { key: secret, body: { a: 1, b: 1 } })).status;
    assert.deepEqual([await works(made.secret), await works(second.secret)], [200, 200]);
    const third = await rotate(0);
    assert.deepEqual(
      [await works(made.secret), await works(second.secret), await works(third.secret)],
      [401, 401, 200],
    );
    await client.revokeApiKey({ params: { apiKeyId: made.apiKey.id } });
    assert.equal(await works(third.secret), 401);
    const { state, secrets } = await client.getApiKey({ params: { apiKeyId: made.apiKey.id } });
    assert.deepEqual([state, secrets], ['revoked', []]);
    await assert.rejects(rotate(0), { code: 'conflict' });
  });

  test('ends when it expires', async () => {
    const { client } = world.server;
    const { apiKey, secret } = await client.createApiKey({
      params: { accountId: world.account.id },
      body: { name: 'short', expiresAt: new Date(Date.now() + 60_000).toISOString() },
    });
    assert.equal((await world.call('sum', { key: secret, body: { a: 1, b: 1 } })).status, 200);
    await world.server.deps.database.query(
      sql`update middle.api_key set expires_at = now() - interval '1 second' where id = ${apiKey.id}`,
    );
    assert.equal((await world.call('sum', { key: secret, body: { a: 1, b: 1 } })).status, 401);
    assert.equal((await client.getApiKey({ params: { apiKeyId: apiKey.id } })).state, 'expired');
  });

  test('notes its use, and is nowhere to be found but with who has it', async () => {
    const { client, deps, logged } = world.server;
    const { items } = await client.listApiKeys({ params: { accountId: world.account.id } });
    const main = items.find(({ name }) => name === 'main');
    assert(main?.lastUsedAt !== null && main !== undefined);
    const rest = key.slice(14);
    const { rows } = await deps.database.query<{ text: string }>(sql`
      select (select coalesce(jsonb_agg(to_jsonb(a)), '[]') from middle.audit_event a)::text
        || (select jsonb_agg(to_jsonb(k)) from middle.api_key k)::text
        || (select jsonb_agg(to_jsonb(s)) from middle.api_key_secret s)::text
        || (select jsonb_agg(to_jsonb(e)) from middle.execution e)::text as text`);
    assert(rows[0] !== undefined && rows[0].text.includes(main.id));
    const hex = Buffer.from(rest).toString('hex');
    for (const place of [rows[0].text, JSON.stringify(items), JSON.stringify(logged)]) {
      assert(!place.includes(rest) && !place.includes(hex));
    }
  });

  test('may call so often in a minute', async () => {
    const slow = await world.key({ perMinute: 3 });
    const call = () => world.call('sum', { key: slow, body: { a: 1, b: 1 } });
    for (let calls = 0; calls < 3; calls += 1) assert.equal((await call()).status, 200);
    const response = await call();
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal((await problemOf(response, 429)).code, 'too_many_requests');
  });
});

describe('what a caller sends', () => {
  const wrong: readonly [string, unknown, string][] = [
    ['a missing input', {}, 'body.a'],
    ['a text for a number', { a: 'x' }, 'body.a'],
    ['null for a needed input', { a: null }, 'body.a'],
    ['an input that there is not', { a: 1, c: 1 }, 'body.c'],
    ['a prototype', '{"a":1,"__proto__":{"b":2}}', 'body.__proto__'],
    ['a list', [], 'body'],
    ['a text', '"x"', 'body'],
    ['no JSON', '{', 'body'],
    ['half a surrogate pair', String.raw`{"a":1,"b":"\ud800"}`, 'body.b'],
    ['a NUL', String.raw`{"a":1,"b":"\u0000"}`, 'body.b'],
    ['brackets without end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'body'],
  ];
  for (const [what, body, path] of wrong) {
    test(`${what} is refused with its place`, async () => {
      const { errors, code } = await problemOf(await world.call('sum', { key, body }), 400);
      assert.equal(code, 'request_invalid');
      assert(
        errors?.some((one) => one.path === path),
        JSON.stringify(errors),
      );
    });
  }

  test('is refused when it is too long or of another type', async () => {
    await problemOf(await world.call('sum', { key, body: `{"a":1,"b":"${'x'.repeat(300_000)}"}` }), 413);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await problemOf(await world.call('sum', { key, body: 'a=1', headers }), 415);
    const bytes = await world.call('sum', {
      key,
      body: '{}',
      headers: { 'idempotency-key': 'x'.repeat(256) },
    });
    await problemOf(bytes, 400);
  });

  test('is never stored or answered where it is protected', async () => {
    const secret = 'hunter2-hunter2';
    await world.expose('secretive', {
      inputs: [
        { key: 'pin', title: 'Pin', type: { kind: 'text' }, protected: true },
        { key: 'note', title: 'Note', type: { kind: 'text' } },
      ],
      output: [{ key: 'length', title: 'Length', value: 'length(inputs.pin)' }],
    });
    const body = { pin: secret, note: `it is ${secret}` };
    const response = await world.call('secretive', { key, body, headers: { 'idempotency-key': 'pin' } });
    assert.deepEqual(await response.json(), { length: secret.length });
    const { rows } = await world.server.worker.query<{ text: string; input: unknown }>(sql`
      select e.input, to_jsonb(e)::text as text from middle.execution e
      where id = ${response.headers.get('execution-id')}`);
    assert.deepEqual(rows[0]?.input, { pin: '[protected]', note: 'it is [protected]' });
    assert(!rows[0].text.includes(secret));
    const short = await problemOf(
      await world.call('secretive', { key, body: { pin: [secret], note: 1 } }),
      400,
    );
    assert(!JSON.stringify(short).includes(secret));
  });
});

describe('an idempotency key', () => {
  const call = (body: object, name = 'sum', named = 'order-17') =>
    world.call(name, { key, body, headers: { 'idempotency-key': named } });

  test('starts one execution, however often and at once it is used', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => call({ a: 1, b: 6 })));
    for (const response of responses) assert.deepEqual(await response.clone().json(), { sum: 7 });
    assert.equal(new Set(responses.map(({ headers }) => headers.get('execution-id'))).size, 1);
  });

  test('is refused for another body, and for another endpoint', async () => {
    assert.equal((await problemOf(await call({ a: 1, b: 7 }), 422)).code, 'idempotency_key_reused');
    assert.equal((await problemOf(await call({ a: 1, b: 6 }, 'later'), 422)).code, 'idempotency_key_reused');
  });

  test('finds its execution also when the workflow takes no calls any more', async () => {
    const { client } = world.server;
    const workflowId = await world.expose('closing-soon', SUM);
    const first = await call({ a: 9 }, 'closing-soon', 'closing');
    assert.equal(first.status, 200);
    await client.updateWorkflow({ params: { workflowId }, body: { enabled: false } });
    const again = await call({ a: 9 }, 'closing-soon', 'closing');
    assert.equal(again.headers.get('execution-id'), first.headers.get('execution-id'));
    assert.equal((await problemOf(await call({ a: 9 }, 'closing-soon', 'new'), 503)).code, 'workflow_off');
  });

  test('of another key is another one', async () => {
    const other = await world.key();
    const headers = { 'idempotency-key': 'order-17' };
    const response = await world.call('sum', { key: other, body: { a: 2, b: 2 }, headers });
    assert.deepEqual(await response.json(), { sum: 4 });
  });
});

describe('an endpoint', () => {
  test('says why it takes no calls', async () => {
    const { client } = world.server;
    const workflowId = await world.expose('closing', SUM);
    const closed = async () =>
      (await client.getWorkflowEndpoint({ params: { workflowId } })).endpoint?.closed;
    const refusal = async () =>
      (await problemOf(await world.call('closing', { key, body: { a: 1, b: 1 } }), 503)).code;
    assert.deepEqual(await closed(), []);
    await client.updateWorkflow({ params: { workflowId }, body: { enabled: false } });
    assert.deepEqual([await refusal(), await closed()], ['workflow_off', ['workflow_off']]);
    await client.updateWorkflow({ params: { workflowId }, body: { enabled: true } });
    await client.updateAccount({ params: { accountId: 'demo' }, body: { enabled: false } });
    assert.deepEqual([await refusal(), await closed()], ['account_off', ['account_off']]);
    await client.updateAccount({ params: { accountId: 'demo' }, body: { enabled: true } });
    const draft = await client.createWorkflow({
      params: { accountId: 'demo' },
      body: { name: 'never published', draft: SUM },
    });
    await client.putWorkflowEndpoint({ params: { workflowId: draft.id }, body: { name: 'draft' } });
    assert.equal((await problemOf(await world.call('draft', { key }), 503)).code, 'workflow_unpublished');
    await client.deleteWorkflowEndpoint({ params: { workflowId } });
    assert.equal((await problemOf(await world.call('closing', { key }), 404)).code, 'not_found');
  });

  test('has a name of its own, which is free again when its workflow is deleted', async () => {
    const { client } = world.server;
    const workflowId = await world.expose('name', SUM);
    const other = await client.createWorkflow({
      params: { accountId: 'demo' },
      body: { name: 'taker', draft: SUM },
    });
    const take = () =>
      client.putWorkflowEndpoint({ params: { workflowId: other.id }, body: { name: 'name' } });
    await assert.rejects(take(), { code: 'conflict' });
    await client.deleteWorkflow({ params: { workflowId } });
    assert.equal((await take()).address, '/run/demo/name');
  });

  test('is described to whom may call it', async () => {
    const only = await world.expose('described', {
      inputs: [
        { key: 'at', title: 'At', type: { kind: 'datetime' } },
        { key: 'tags', title: 'Tags', type: { kind: 'array', of: { kind: 'text' } }, required: false },
      ],
      output: [{ key: 'day', title: 'Day', value: 'inputs.at' }],
    });
    const narrow = await world.key({ workflowIds: [only] });
    const response = await fetch(`${world.server.baseUrl}/run/demo/openapi.json`, {
      headers: { authorization: `Bearer ${narrow}` },
    });
    const document = await jsonOf(response);
    const { valid, errors } = await new Validator().validate(document);
    assert.equal(valid, true, JSON.stringify(errors));
    const paths: Record<string, unknown> = { ...Object(document['paths']) };
    assert.deepEqual(Object.keys(paths), ['/run/demo/described', '/run/demo/executions/{executionId}']);
    const text = JSON.stringify(paths['/run/demo/described']);
    assert.match(text, /"at":\{"title":"At","type":"string","format":"date-time"\}/);
    assert.match(text, /"tags":\{"title":"Tags","type":\["array","null"\],"items":\{"type":"string"\}\}/);
    assert.match(text, /"day":\{"title":"Day","type":"string","format":"date-time"\}/);
    const all = await world.server.client.describeWorkflowEndpoints({ params: { accountId: 'demo' } });
    assert(Object.keys(Object(all['paths'])).length > 5);
    const page = await fetch(`${world.server.baseUrl}/api/docs/accounts/demo`);
    assert.match(await page.text(), /\/api\/v1\/accounts\/demo\/endpoints\/openapi/);
  });

  test('knows its methods, and never answers with a page', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const response = await fetch(`${world.server.baseUrl}/run/demo/sum`, { method });
      assert.equal(response.status, 405, method);
      assert.equal(response.headers.get('allow'), 'POST');
    }
    const nothing = await fetch(`${world.server.baseUrl}/run/demo`);
    await problemOf(nothing, 404);
  });
});

test('nothing of all this was our fault', () => {
  assert.deepEqual(
    world.server.logged.filter(({ level }) => level === 'error'),
    [],
  );
});
