import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { problem } from '@middle/contract/problem.ts';
import { store, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

/** As much of the OpenAPI document as the tests below read. */
interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}
interface Endpoint extends Operation {
  readonly method: string;
  readonly path: string;
}

const NOWHERE = '019a0000-0000-7000-8000-000000000000';

let server: TestServer;
let endpoints: readonly Endpoint[] = [];
let known: Readonly<Record<string, string>> = {};

before(async () => {
  server = await testServer();
  const { account, connection, customers } = await withConnection(server);
  await store(server, customers.id, [{ id: 'c1', data: { id: 'c1', name: 'Ann', age: 30 } }]);
  const sync = customers.syncs[0];
  assert(sync !== undefined);
  const run = await server.client.runSync({ params: { syncId: sync.id }, body: {} });
  const job = await server.client.rebuildSearchIndex({ body: {} });
  await server.client.publishModule({
    body: {
      content: {
        format: 'middle.module/1',
        key: 'care',
        title: 'Care',
        workflows: [{ key: 'w', name: 'W', definition: { steps: [{ kind: 'stop', key: 's', title: 'S' }] } }],
        features: [{ key: 'all', title: 'All', workflows: ['w'] }],
      },
    },
  });
  known = {
    accountId: account.id,
    connectionId: connection.id,
    recordType: 'customer',
    recordId: 'c1',
    relatedType: 'order',
    attribute: 'customer',
    moduleKey: 'care',
    syncId: sync.id,
    runId: run.id,
    jobId: job.id,
    appKey: 'shop',
    version: '1.0.0',
  };
  const document = await readDocument();
  endpoints = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
});

after(async () => server[Symbol.asyncDispose]());

async function readDocument(): Promise<{ paths: Record<string, Record<string, Operation>> }> {
  const response = await fetch(`${server.baseUrl}/api/openapi.json`);
  // The first test validates it as a whole.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await response.json()) as { paths: Record<string, Record<string, Operation>> };
}

/** Ids that exist, unless `params` says otherwise; what nothing is known of is an id that nothing has. */
function address(endpoint: Endpoint, params: Readonly<Record<string, string>> = known, query = ''): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? NOWHERE),
  );
  return `${server.baseUrl}${path}${query}`;
}

interface Ask {
  readonly url: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
  readonly token?: string | null;
}

async function ask(endpoint: Endpoint, { url, body, type, token = server.token }: Ask): Promise<Response> {
  const headers = new Headers();
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (type !== undefined) headers.set('content-type', type);
  const signal = AbortSignal.timeout(10_000);
  return fetch(url, { method: endpoint.method, headers, signal, ...(body === undefined ? {} : { body }) });
}

async function isProblem(response: Response, what: string, status?: number): Promise<void> {
  const text = await response.text();
  assert(response.status >= 400 && response.status < 500, `${what}: ${String(response.status)} ${text}`);
  if (status !== undefined) assert.equal(response.status, status, `${what}: ${text}`);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/, what);
  const parsed = problem.parse(JSON.parse(text));
  assert.equal(parsed.status, response.status, what);
  assert.equal(parsed.requestId, response.headers.get('x-request-id'), what);
}

const name = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;
const readsJson = (endpoint: Endpoint): boolean =>
  endpoint.requestBody?.content['application/json'] !== undefined;
const isPublic = (endpoint: Endpoint): boolean => endpoint.security.length === 0;

describe('every endpoint of the OpenAPI document', () => {
  test('the document is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(await readDocument());
    assert.equal(valid, true, JSON.stringify(errors));
    assert(endpoints.length > 90);
  });

  test('its references all lead somewhere', async () => {
    const document = await readDocument();
    const text = JSON.stringify(document);
    for (const [, schema = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert(text.includes(`"${schema}":{`), schema);
    }
  });

  test('nobody gets in without a session or a token', async () => {
    for (const endpoint of endpoints.filter((one) => !isPublic(one))) {
      await isProblem(await ask(endpoint, { url: address(endpoint), token: null }), name(endpoint), 401);
      await isProblem(await ask(endpoint, { url: address(endpoint), token: 'wrong' }), name(endpoint), 401);
    }
  });

  test('ids that nothing has are not found', async () => {
    for (const endpoint of endpoints) {
      // One's own things are a person's; the command line has none.
      const skipped = !endpoint.path.includes('{') || readsJson(endpoint) || endpoint.path.includes('/me/');
      if (skipped) continue;
      const params = { ...known, accountId: NOWHERE, connectionId: NOWHERE, syncId: NOWHERE, runId: NOWHERE };
      // A version of an app is a text, one of a workflow or a module a number.
      const version = /\/(?:workflows|modules)\//.test(endpoint.path) ? '1' : (known['version'] ?? '');
      const unknown = {
        ...params,
        version,
        jobId: NOWHERE,
        appKey: 'no-such-app',
        moduleKey: 'no-such-module',
      };
      const query = endpoint.path.endsWith('/search')
        ? '?text=x'
        : endpoint.path.endsWith('/difference')
          ? '?from=2020-01-01T00:00:00Z'
          : endpoint.path.endsWith('/content')
            ? '?path=x'
            : endpoint.method === 'DELETE' && endpoint.path.endsWith('{accountId}')
              ? '?confirm=demo'
              : '';
      await isProblem(await ask(endpoint, { url: address(endpoint, unknown, query) }), name(endpoint), 404);
    }
  });

  test('ids that are no ids are refused', async () => {
    const evil = ['../../etc/passwd', 'a\0b', "' or 1=1 --", 'x'.repeat(1_900), '\ud800', '%', '🙂'];
    for (const endpoint of endpoints) {
      for (const { name: param } of endpoint.parameters?.filter((one) => one.in === 'path') ?? []) {
        for (const value of evil) {
          if (value === '\ud800') continue;
          const response = await ask(endpoint, {
            url: address(endpoint, { ...known, [param]: value }),
            ...(readsJson(endpoint) ? { body: '{}', type: 'application/json' } : {}),
          });
          await isProblem(response, `${name(endpoint)} with ${param} ${value.slice(0, 20)}`);
        }
      }
    }
  });

  test('parameters of the wrong kind are refused', async () => {
    const wrong = ['%00', 'x'.repeat(3_000), '-1', '1e999', 'NaN', '%F0%28%8C%28', '{}', 'null'];
    for (const endpoint of endpoints) {
      for (const { name: param, schema } of endpoint.parameters?.filter((one) => one.in === 'query') ?? []) {
        for (const value of wrong) {
          const response = await ask(endpoint, { url: address(endpoint, known, `?${param}=${value}`) });
          const what = `${name(endpoint)} with ?${param}=${value.slice(0, 20)}`;
          // Some of them are text that a search or a filter may look for.
          const mayFit = schema.type === 'string' && schema.format === undefined && /^[\w{}%-]+$/.test(value);
          if (response.status < 400 && mayFit) await response.body?.cancel();
          else await isProblem(response, what);
        }
      }
      const url = address(endpoint, known, '?noSuchParameter=1');
      if (!readsJson(endpoint))
        await isProblem(await ask(endpoint, { url }), `${name(endpoint)} unknown parameter`);
    }
  });

  test('cursors that were made up are refused', async () => {
    const made = [
      'x',
      'bnVsbA',
      'e30',
      'W10',
      Buffer.from('{"id":"\\u0000"}').toString('base64url'),
      '%F0%9F',
    ];
    for (const endpoint of endpoints) {
      if (endpoint.parameters?.some((one) => one.name === 'after') !== true) continue;
      for (const cursor of made) {
        const text = endpoint.path.endsWith('/search') ? '&text=x' : '';
        const url = address(endpoint, known, `?after=${cursor}${text}`);
        await isProblem(await ask(endpoint, { url }), `${name(endpoint)} after ${cursor}`);
      }
    }
  });

  test('bodies that are not what the endpoint reads are refused', async () => {
    const deep = '['.repeat(100_000);
    const bodies = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '1',
      '{"__proto__":{"x":1}}',
      '{"noSuchKey":1}',
      deep,
      '\ufeff{}',
    ];
    for (const endpoint of endpoints.filter(readsJson)) {
      for (const body of bodies) {
        const what = `${name(endpoint)} with ${body.slice(0, 30)}`;
        await isProblem(
          await ask(endpoint, { url: address(endpoint), body, type: 'application/json' }),
          what,
        );
      }
      const asForm = { url: address(endpoint), body: 'a=1', type: 'application/x-www-form-urlencoded' };
      await isProblem(await ask(endpoint, asForm), `${name(endpoint)} with a form`, 415);
      const asZip = { url: address(endpoint), body: new Uint8Array([1]), type: 'application/zip' };
      await isProblem(await ask(endpoint, asZip), `${name(endpoint)} with a zip`, 415);
      const huge = { url: address(endpoint), body: `"${'x'.repeat(1_100_000)}"`, type: 'application/json' };
      await isProblem(await ask(endpoint, huge), `${name(endpoint)} with a huge body`, 413);
    }
  });

  test('values of the wrong type in each field of a body are refused', async () => {
    const values = [null, 0, -1, 1e308, true, [], {}, 'a\0b', '\ud800', 'x'.repeat(200_000), [[]]];
    for (const endpoint of endpoints.filter(readsJson)) {
      const schema = endpoint.requestBody?.content['application/json']?.schema;
      for (const field of Object.keys(schema?.properties ?? {})) {
        for (const value of values) {
          const body = JSON.stringify({ [field]: value });
          const response = await ask(endpoint, { url: address(endpoint), body, type: 'application/json' });
          const text = await response.text();
          assert(response.status < 500, `${name(endpoint)} with ${body.slice(0, 60)}: ${text}`);
        }
      }
    }
  });

  test('packages that are no zips are refused', async () => {
    for (const endpoint of endpoints.filter(
      (one) => one.requestBody?.content['application/zip'] !== undefined,
    )) {
      const bodies = [
        new Uint8Array(),
        new Uint8Array([1, 2, 3]),
        new Uint8Array(100_000),
        Buffer.from('PK\u0005\u0006'),
      ];
      for (const body of bodies) {
        const response = await ask(endpoint, {
          url: address(endpoint),
          body: new Uint8Array(body),
          type: 'application/zip',
        });
        await isProblem(response, `${name(endpoint)} with ${String(body.length)} bytes`);
      }
      const asJson = { url: address(endpoint), body: '{}', type: 'application/json' };
      await isProblem(await ask(endpoint, asJson), `${name(endpoint)} with JSON`, 415);
    }
  });

  test('a method that a path does not know is answered with those it knows', async () => {
    for (const endpoint of endpoints) {
      const response = await ask(
        { ...endpoint, method: 'TRACK' === endpoint.method ? 'GET' : 'OPTIONS' },
        { url: address(endpoint) },
      );
      assert.match(response.headers.get('allow') ?? '', new RegExp(endpoint.method), name(endpoint));
      await isProblem(response, name(endpoint), 405);
    }
  });

  test('nothing of all this was our fault', () => {
    assert.deepEqual(
      server.logged.filter(({ level }) => level === 'error'),
      [],
    );
  });
});
