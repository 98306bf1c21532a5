import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock as clock } from '@middle/cloud/local/clock.ts';
import { localFunctions } from '@middle/cloud/local/functions.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import type { Client } from '@middle/contract/client.ts';
import { writeZip } from '@middle/functions/package/zip.ts';
import { openListener } from '@middle/store/listen.ts';
import { startIntake } from '@middle/worker/intake/intake.ts';
import { preparePartitions } from '@middle/worker/retention/retention.ts';
import { startWebhooks } from '@middle/worker/webhooks/webhooks.ts';
import { testServer } from './server.ts';
import type { TestServer } from './server.ts';

const SIGNING_KEY = 'sign-with-"this"';

const MANIFEST = `key: shop
name: Shop
version: "1.0.0"
auth:
  - key: keys
    name: Keys
    kind: fields
    fields:
      - { key: region, title: Region }
      - { key: signingKey, title: Signing key, kind: protected }
      - { key: other, title: Another secret, kind: protected, required: false }
recordTypes:
  - key: order
    title: Order
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: total, type: number, title: Total }
      - { key: note, type: string, title: Note }
webhooks:
  - { key: orders, title: Orders, function: orders, secrets: [signingKey] }
  - { key: echo, title: Echo, function: echo, methods: [POST, PUT, GET], challenge: { parameter: hub.challenge } }
  - key: events
    title: Events
    function: echo
    challenge: { from: body, parameter: challenge, when: { type: url_verification } }
`;

const ORDERS = `
export default async function orders(ctx) {
  const { request, secrets } = ctx;
  const key = await crypto.subtle.importKey(
    'raw', new TextEncoder().encode(secrets.signingKey), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const signature = Uint8Array.fromHex(request.header('X-Signature') ?? '');
  if (!(await crypto.subtle.verify('HMAC', key, signature, request.body))) ctx.reject('the signature is wrong');
  const { orders, fail } = request.json();
  console.log('signed with', secrets.signingKey, Object.keys(secrets).join());
  if (fail) throw new Error('it does not like ' + fail + ' ' + secrets.signingKey);
  ctx.emitMany('order', orders);
}
`;

/** Tells what it was given as a record. */
const ECHO = `
export default function echo({ request, connection, secrets, input, emit }) {
  const { method, headers, query, body } = request;
  const note = JSON.stringify({ method, query, body: [...body], tag: headers['x-tag'] ?? null, region: connection.settings.region,
    secrets: Object.keys(secrets), input });
  emit('order', { id: request.header('x-id') ?? 'echo', total: body.length, note });
}
`;

export function webhookPackage(): Uint8Array<ArrayBuffer> {
  const files = new Map([
    ['middle.app.yaml', Buffer.from(MANIFEST)],
    ['functions/orders.js', Buffer.from(ORDERS)],
    ['functions/echo.js', Buffer.from(ECHO)],
  ]);
  return new Uint8Array(writeZip(files));
}

/** A connection whose app has webhooks; `address` is the path of each. */
export async function connectWebhooks(client: Client, accountKey = 'demo') {
  await client.pushApp({ body: webhookPackage(), query: { on: 'true' } });
  const account = await client.createAccount({ body: { key: accountKey, name: `Account ${accountKey}` } });
  const connection = await client.createConnection({
    params: { accountId: account.id },
    body: {
      app: 'shop',
      name: 'Main',
      credentials: { fields: { region: 'eu', signingKey: SIGNING_KEY, other: 'not-for-webhooks' } },
    },
  });
  const { items } = await client.listWebhooks({ params: { connectionId: connection.id } });
  const addresses = new Map(items.map(({ key, address }) => [key, address ?? '']));
  return { account, connection, addresses };
}

interface SignedRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as the shop sends it. */
export function signed(body: object): SignedRequest {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', SIGNING_KEY).update(text).digest('hex');
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signature': signature },
    body: text,
  };
}

export interface WebhookWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly connectionId: string;
  readonly addresses: ReadonlyMap<string, string>;
  send(webhook: string, init: RequestInit, query?: string): Promise<Response>;
  /** Resolves once a request is in this state. */
  until(id: unknown, ...states: readonly string[]): ReturnType<Client['getWebhookRequest']>;
  startWorker(): { stop(): Promise<void> };
}

/** An API, an intake and the room of webhooks, with functions in real sandboxes. */
export async function webhookWorld(): Promise<WebhookWorld> {
  const cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await testServer());
  const { keys, log } = server.deps;
  const database = server.worker;
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  await preparePartitions({ database, clock });
  const queues = localQueues({ database, clock, listener });
  const scratchFolder = await mkdtemp(join(tmpdir(), 'middle-webhooks-'));
  cleanup.defer(() => rm(scratchFolder, { recursive: true, force: true }));
  const functions = await localFunctions({
    queueOf: (app) => queues.open(app),
    scratchFolder,
    poolSize: 1,
    clock,
    log,
    authorize: () => Promise.resolve(null),
  });
  cleanup.defer(() => functions.close());
  const logs = localLogs({ pool: database.pool, clock });
  const intake = startIntake({ database, listener, queues, logs, keys, clock, log });
  cleanup.defer(() => intake.stop());
  const { connection, addresses } = await connectWebhooks(server.client);
  const connectionId = connection.id;
  return {
    server,
    connectionId,
    addresses,
    send: (webhook, init, query = '') =>
      fetch(`${server.baseUrl}${addresses.get(webhook) ?? `/hooks/x/${webhook}`}${query}`, init),
    async until(id, ...states) {
      for (;;) {
        const request = await server.client.getWebhookRequest({
          params: { connectionId, requestId: String(id) },
        });
        if (states.includes(request.state)) return request;
        await sleep(10);
      }
    },
    startWorker() {
      const tokens = { fetch: () => Promise.reject(new Error('no tokens here')), close: (): void => {} };
      const webhooks = startWebhooks({
        database,
        listener,
        functions,
        keys,
        tokens,
        log,
        clock,
        worker: 'test',
        // A slow disk must not make it take a request twice.
        leaseSeconds: 60,
        pollMilliseconds: 50,
      });
      cleanup.defer(() => webhooks.stop());
      return webhooks;
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}
