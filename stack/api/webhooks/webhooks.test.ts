import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import sql from 'sql-template-tag';
import { problem } from '@middle/contract/problem.ts';
import { reconcileConnection } from '@middle/store/balance.ts';
import { claimRequests } from '@middle/store/webhooks/process.ts';
import { signed, webhookWorld } from '../testing/webhooks.ts';
import type { WebhookWorld } from '../testing/webhooks.ts';
import { addWebhooks } from './door.ts';

let world: WebhookWorld;

before(async () => {
  world = await webhookWorld();
  world.startWorker();
});
after(async () => world[Symbol.asyncDispose]());

const order = (id: string, total: number) => ({ id, total, note: 'n' });

async function accepted(response: Response): Promise<string> {
  const text = await response.text();
  assert.equal(response.status, 202, text);
  return String(Object(JSON.parse(text)).id);
}

async function refused(response: Response, status: number): Promise<string> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  return problem.parse(JSON.parse(text)).code;
}

/** The stored record, once it is there with this total. */
async function stored(id: string, total: number): Promise<Record<string, unknown>> {
  for (;;) {
    const { rows } = await world.server.worker.query<{ data: Record<string, unknown>; version: number }>(
      sql`select data, version from middle.record where id = ${id}`,
    );
    const [row] = rows;
    if (row?.data['total'] === total) return { ...row.data, version: row.version };
    await sleep(10);
  }
}

/** Waits no longer for the next attempt of what has failed. */
async function hurryUp(): Promise<void> {
  await world.server.worker.query(
    sql`update middle.webhook_request set next_at = clock_timestamp() where state = 'waiting'`,
  );
}

describe('a received request', () => {
  test('becomes records, with its counts, and leaves the books even', async () => {
    const id = await accepted(await world.send('orders', signed({ orders: [order('a', 1), order('b', 2)] })));
    await world.until(id, 'processed');
    await stored('b', 2);
    for (;;) {
      const request = await world.until(id, 'processed');
      if (request.created === 2) break;
      await sleep(10);
    }
    const broken = await accepted(
      await world.send('orders', signed({ orders: [order('a', 1), { id: 'c' }, order('b', 3)] })),
    );
    await world.until(broken, 'processed');
    await stored('b', 3);
    const request = await world.until(broken, 'processed');
    assert.deepEqual([request.created, request.updated, request.unchanged, request.invalid], [0, 1, 1, 1]);
    const { items } = await world.server.client.listWebhooks({
      params: { connectionId: world.connectionId },
    });
    const orders = items.find(({ key }) => key === 'orders');
    assert.deepEqual(orders?.lastDay, {
      processed: 2,
      refused: 0,
      dead: 0,
      created: 2,
      updated: 1,
      unchanged: 1,
      invalid: 1,
    });
    const balance = await reconcileConnection(world.server.worker, world.connectionId, {
      since: new Date(Date.now() - 86_400_000),
      silentMinutes: 10,
    });
    assert.deepEqual(balance?.differences, []);
    assert.equal(balance.figures.accepted, 5);
    assert.equal(balance.figures.created, 2);
    const { invocationId } = request;
    assert(invocationId !== null);
    const invocation = await world.server.client.getInvocation({ params: { invocationId } });
    assert.deepEqual(
      [invocation.kind, invocation.outcome, invocation.functionKey],
      ['webhook', 'ok', 'orders'],
    );
    const log = await world.server.client.listInvocationLogs({ params: { invocationId } });
    assert.deepEqual(
      log.items.map(({ text }) => text),
      ['signed with [protected] signingKey'],
    );
  });

  test('with a wrong signature is refused, and not tried again', async () => {
    const request = signed({ orders: [order('forged', 1)] });
    const id = await accepted(
      await world.send('orders', {
        ...request,
        headers: { ...request.headers, 'x-signature': 'ab'.repeat(32) },
      }),
    );
    const { error, attempts, settledAt } = await world.until(id, 'refused');
    assert.equal(error?.code, 'webhook_refused');
    assert.equal(error.message, 'the signature is wrong');
    assert.equal(attempts, 0);
    assert(settledAt !== null);
  });

  test('reaches the function as it came: bytes, lists of headers and parameters', async () => {
    const body = new Uint8Array([0, 255, 13, 10, 128]);
    const headers = new Headers({ 'x-id': 'raw', 'content-type': 'application/octet-stream' });
    const { hostname, port } = new URL(world.server.baseUrl);
    const socket = connect(Number(port), hostname);
    const path = `${world.addresses.get('echo') ?? ''}?a=1&a=2&b=%20`;
    socket.write(
      `PUT ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${[...headers].map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\nX-Tag: one\r\nx-tag: two\r\ncontent-length: 5\r\n\r\n`,
    );
    socket.write(body);
    const [answer]: unknown[] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 202/);
    const { note } = await stored('raw', 5);
    assert.deepEqual(JSON.parse(String(note)), {
      method: 'PUT',
      query: { a: ['1', '2'], b: [' '] },
      body: [...body],
      tag: ['one', 'two'],
      region: 'eu',
      secrets: [],
      input: null,
    });
  });

  test('is stored sealed, and shown without what proves its sender', async () => {
    const request = signed({ orders: [order('sealed-order', 1)] });
    const id = await accepted(await world.send('orders', request, '?x=1'));
    const shown = await world.until(id, 'processed');
    assert.deepEqual(shown.headers['x-signature'], ['[protected]']);
    assert.deepEqual(shown.query, { x: ['1'] });
    assert.equal(shown.body, request.body);
    const { rows } = await world.server.worker.query<{ text: string }>(
      sql`select to_jsonb(r)::text as text from middle.webhook_request r where id = ${id}`,
    );
    assert(rows[0] !== undefined && !rows[0].text.includes('sealed-order'));
    assert(!rows[0].text.includes(Buffer.from('sealed-order').toString('hex')));
  });
});

describe('requests of one connection', () => {
  test('are processed in the order of their arrival', async () => {
    const ids: string[] = [];
    for (let total = 1; total <= 8; total += 1) {
      ids.push(await accepted(await world.send('orders', signed({ orders: [order('ordered', total)] }))));
    }
    for (const id of ids) await world.until(id, 'processed');
    const record = await stored('ordered', 8);
    assert.equal(record['version'], 8);
  });

  test('wait behind one that fails, until it is dead; then it can be processed again or deleted', async () => {
    const { client } = world.server;
    const params = { connectionId: world.connectionId };
    const bad = await accepted(await world.send('orders', signed({ orders: [], fail: 'this' })));
    const behind = await accepted(await world.send('orders', signed({ orders: [order('behind', 1)] })));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      for (;;) {
        const request = await world.until(bad, 'waiting', 'running');
        if (request.attempts === attempt) break;
        await sleep(10);
      }
      assert.equal((await world.until(behind, 'waiting')).attempts, 0);
      await hurryUp();
    }
    const dead = await world.until(bad, 'dead');
    assert.equal(dead.attempts, 5);
    assert.equal(dead.error?.fault, 'developer');
    assert.match(dead.error.message, /it does not like this \[protected\]/);
    await world.until(behind, 'processed');
    const counted = await client.listWebhooks({ params });
    assert.equal(counted.dead, 1);
    const page = await client.listWebhookRequests({ params, query: { state: ['dead'] } });
    assert.deepEqual(
      page.items.map(({ id }) => id),
      [bad],
    );
    assert.deepEqual(await client.redriveWebhookRequests({ params, body: {} }), { redriven: 1 });
    for (;;) {
      const request = await world.until(bad, 'waiting', 'running', 'dead');
      if (request.state === 'dead') break;
      await hurryUp();
      await sleep(10);
    }
    assert.deepEqual(await client.deleteWebhookRequests({ params, body: { ids: [bad] } }), { deleted: 1 });
    await assert.rejects(client.getWebhookRequest({ params: { ...params, requestId: bad } }), {
      code: 'not_found',
    });
  });

  test('wait while the connection is off, and go on when it is on', async () => {
    const { client } = world.server;
    const params = { connectionId: world.connectionId };
    await client.updateConnection({ params, body: { enabled: false } });
    const id = await accepted(await world.send('orders', signed({ orders: [order('off', 1)] })));
    const claim = { worker: 'another', leaseSeconds: 5, limit: 10 };
    assert.deepEqual(await claimRequests(world.server.worker, claim), []);
    await world.until(id, 'waiting');
    await client.updateConnection({ params, body: { enabled: true } });
    await world.until(id, 'processed');
  });

  test('are refused with a time to come back when too many wait', async () => {
    const { worker } = world.server;
    await worker.query(sql`
      insert into middle.webhook_request (connection_id, webhook, method, bytes, sealed, next_at)
      select ${world.connectionId}, 'orders', 'POST', 1, '', 'infinity' from generate_series(1, 10000)`);
    const response = await world.send('orders', signed({ orders: [] }));
    assert.equal(response.headers.get('retry-after'), '900');
    assert.equal(await refused(response, 429), 'too_many_requests');
    await worker.query(sql`delete from middle.webhook_request where next_at = 'infinity'`);
  });
});

describe('the door', () => {
  test('answers a question that the manifest describes, and keeps nothing of it', async () => {
    const earlier = await world.server.client.listWebhookRequests({
      params: { connectionId: world.connectionId },
    });
    const asked = await world.send('echo', { method: 'GET' }, '?hub.challenge=%3Cb%3E42&hub.mode=subscribe');
    assert.equal(asked.status, 200);
    assert.match(asked.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(await asked.text(), '<b>42');
    const json = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
    const verified = await world.send('events', json({ type: 'url_verification', challenge: 'abc' }));
    assert.equal(await verified.text(), 'abc');
    const later = await world.server.client.listWebhookRequests({
      params: { connectionId: world.connectionId },
    });
    assert.equal(later.items[0]?.id, earlier.items[0]?.id);
    await accepted(await world.send('events', json({ type: 'event', challenge: 'abc' })));
    await accepted(await world.send('events', { method: 'POST', body: 'no JSON' }));
  });

  test('opens to the right token alone', async () => {
    const address = world.addresses.get('orders') ?? '';
    const [, , token = ''] = address.split('/');
    const other = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    const wrong = ['x', other, `${token}A`, `${token}=`, '%00', 'x'.repeat(1_000)];
    for (const one of wrong) {
      const response = await fetch(`${world.server.baseUrl}/hooks/${one}/orders`, {
        method: 'POST',
        body: 'x',
      });
      assert.equal(await refused(response, 404), 'not_found', one);
    }
    const url = `${world.server.baseUrl}/hooks/${token}/no-such`;
    assert.equal(await refused(await fetch(url, { method: 'POST' }), 404), 'not_found');
  });

  test('knows its methods, and caps what comes', async () => {
    assert.equal(await refused(await world.send('orders', { method: 'GET' }), 405), 'method_not_allowed');
    const deleted = await world.send('orders', { method: 'DELETE' });
    assert.equal(deleted.headers.get('allow'), 'POST, PUT, GET');
    await refused(deleted, 405);
    const huge = await world.send('orders', { method: 'POST', body: new Uint8Array(1_048_577) });
    assert.equal(await refused(huge, 413), 'body_too_large');
    const headers = await world.send('orders', { method: 'POST', headers: { 'x-long': 'x'.repeat(20_000) } });
    assert.equal(headers.status, 431);
    const page = await fetch(`${world.server.baseUrl}/hooks`);
    assert.equal(await refused(page, 404), 'not_found');
  });

  test('shows its address to who may change it only, and can be given another', async () => {
    const { client } = world.server;
    const params = { connectionId: world.connectionId };
    const address = world.addresses.get('orders') ?? '';
    const next = await client.changeWebhookAddress({ params, body: { graceSeconds: 3_600 } });
    const second = next.items.find(({ key }) => key === 'orders')?.address ?? '';
    assert.notEqual(second, address);
    assert(next.previousUntil !== null);
    const send = (path: string) => fetch(world.server.baseUrl + path, signed({ orders: [] }));
    await accepted(await send(address));
    await accepted(await send(second));
    await client.changeWebhookAddress({ params, body: { graceSeconds: 0 } });
    await refused(await send(address), 404);
    await refused(await send(second), 404);
    const { items } = await client.listWebhooks({ params });
    await accepted(await send(items.find(({ key }) => key === 'orders')?.address ?? ''));
  });

  test('closes on who sends a body too slowly', async () => {
    const app = fastify();
    await addWebhooks(app, world.server.deps, 100);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { items } = await world.server.client.listWebhooks({
      params: { connectionId: world.connectionId },
    });
    const at = app.server.address();
    assert(at !== null && typeof at === 'object');
    const socket = connect(at.port, at.address);
    socket.write(`POST ${items[0]?.address ?? ''} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc`);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 408/);
    await app.close();
  });
});

test('nothing of all this was our fault', () => {
  assert.deepEqual(
    world.server.logged.filter(({ level }) => level === 'error'),
    [],
  );
});
