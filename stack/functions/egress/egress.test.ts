import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { LogEvent } from '@middle/core/log.ts';
import { addressProblem } from './address.ts';
import type { BrokerOptions, EgressRequest } from './broker.ts';
import { createBroker } from './broker.ts';
import { absoluteUrl } from './policy.ts';
import { retryAfterSeconds } from './retry-after.ts';

const NEVER = new AbortController().signal;

/** A clock that jumps over every wait and remembers how long it was. */
function jumpingClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    waits,
    now: () => new Date(now),
    sleep: (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

async function serve(
  listener: RequestListener,
): Promise<AsyncDisposable & { host: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    seen,
    host: `127.0.0.1:${String(address.port)}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function brokerFor(policy: Partial<EgressPolicy>, options: Partial<BrokerOptions> = {}) {
  const clock = jumpingClock();
  const events: LogEvent[] = [];
  const notes: string[] = [];
  const broker = createBroker({
    clock,
    log: (event) => events.push(event),
    authorize: () => Promise.resolve(null),
    ...options,
  });
  const open = (invocation = 'i1') =>
    broker.open({
      connection: 'c1',
      app: 'shop',
      invocation,
      note: (level, text) => notes.push(`${level} ${text}`),
      policy: { baseUrl: null, hosts: [], developmentHosts: [], headers: {}, rate: null, ...policy },
    });
  const session = open();
  const get = async (url: string, more: Partial<EgressRequest> = {}) => {
    const answer = await session.fetch({ method: 'GET', url, headers: [], body: null, ...more }, NEVER);
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return { ...answer, text: Buffer.concat(chunks).toString() };
  };
  return {
    clock,
    events,
    notes,
    get,
    open,
    [Symbol.dispose]: () => {
      broker.close();
    },
  };
}

async function refusedWith(promise: Promise<unknown>, code: string): Promise<MiddleError> {
  const error = await promise.then(
    () => assert.fail(`expected ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MiddleError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

test('only global unicast addresses may be reached', () => {
  for (const address of ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])
    assert.equal(addressProblem(address), null);
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '168.63.129.16',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'not an address',
  ]) {
    assert.notEqual(addressProblem(address), null, address);
  }
  assert.equal(addressProblem('93.184.215.14', new Set(['93.184.215.14'])), 'an address of this machine');
});

test('hosts that are not allowed, literal addresses and other schemes are refused before anything is sent', async () => {
  using broker = brokerFor({
    hosts: ['api.example.com', '*.trusted.example'],
    developmentHosts: ['127.0.0.1:9'],
  });
  const urls = [
    'https://evil.example/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://api.example.com:8443/',
    'https://api.example.com.evil.example/',
    'https://trusted.example/',
    'http://api.example.com/',
    'ftp://api.example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://127.0.0.1:10/',
    'http://localhost:9/',
    'https://user:pass@api.example.com/',
    '//evil.example/',
  ];
  for (const url of urls) {
    const error = await broker.get(url).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(
      error instanceof MiddleError && ['egress_host_not_allowed', 'egress_failed'].includes(error.code),
      url,
    );
  }
  assert.deepEqual(broker.events, []);
});

test('a name that leads to a private address is refused, also when only one of its addresses does', async () => {
  for (const addresses of [
    ['127.0.0.1'],
    ['93.184.215.14', '10.0.0.1'],
    ['::ffff:169.254.169.254'],
    ['fd00:ec2::254'],
  ]) {
    const resolve = () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    using broker = brokerFor({ hosts: ['api.example.com'] }, { resolve });
    await refusedWith(broker.get('https://api.example.com/'), 'egress_address_refused');
  }
});

test('an allowed literal private address is refused as well', async () => {
  using broker = brokerFor({ hosts: ['10.0.0.1', '169.254.169.254'] });
  await refusedWith(broker.get('https://10.0.0.1/'), 'egress_address_refused');
  await refusedWith(broker.get('https://169.254.169.254/'), 'egress_address_refused');
});

test('the named development host is reached with credentials, logged at each use, audited without the query', async () => {
  await using server = await serve((_, response) => response.end('hello'));
  using broker = brokerFor({
    baseUrl: `http://${server.host}/v1/`,
    developmentHosts: [server.host],
    headers: { Authorization: 'Bearer secret' },
  });
  const answer = await broker.get('/items?key=private', {
    headers: [
      ['Authorization', 'mine'],
      ['X-A', '1'],
    ],
  });
  assert.equal(answer.text, 'hello');
  assert.equal(server.seen[0]?.url, '/v1/items?key=private');
  assert.equal(server.seen[0].headers.authorization, 'Bearer secret');
  assert.equal(server.seen[0].headers['x-a'], '1');
  assert.deepEqual(
    broker.events.map((event) => event.code),
    ['egress.development_host', 'egress.call'],
  );
  const told = JSON.stringify([broker.events, broker.notes]);
  assert.ok(!told.includes('private') && !told.includes('secret'), told);
  assert.equal(broker.events[1]?.data?.['bytes'], 5);
});

test('redirects are checked again, end after a few, and do not carry credentials to another origin', async () => {
  await using other = await serve((_, response) => response.end('other'));
  await using server = await serve((request, response) => {
    const to: Record<string, string> = {
      '/metadata': 'http://169.254.169.254/',
      '/loop': '/loop',
      '/other': `http://${other.host}/x`,
      '/same': '/end',
      '/file': 'file:///etc/passwd',
      '/private': 'https://10.0.0.1/',
    };
    const location = to[request.url ?? ''];
    if (location === undefined) response.end(`${request.method ?? ''} end`);
    else response.writeHead(302, { location }).end();
  });
  using broker = brokerFor({
    baseUrl: `http://${server.host}`,
    developmentHosts: [server.host, other.host],
    headers: { Authorization: 'Bearer secret' },
  });
  await refusedWith(broker.get('/metadata'), 'egress_host_not_allowed');
  await refusedWith(broker.get('/private'), 'egress_host_not_allowed');
  await refusedWith(broker.get('/file'), 'egress_host_not_allowed');
  await refusedWith(broker.get('/loop'), 'egress_limit');
  const same = await broker.get('/same', { method: 'POST', body: Buffer.from('x') });
  assert.equal(same.text, 'GET end');
  assert.ok(same.redirected);
  assert.equal(server.seen.at(-1)?.headers.authorization, 'Bearer secret');
  await broker.get('/other', { headers: [['Cookie', 'mine']] });
  assert.equal(other.seen[0]?.headers.authorization, undefined);
  assert.equal(other.seen[0]?.headers.cookie, undefined);
});

test('429 and 503 with Retry-After are waited out and held for the whole connection', async () => {
  let asked = 0;
  await using server = await serve((_, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(429, { 'retry-after': '7' }).end();
    else if (asked === 2) response.writeHead(503, { 'retry-after': '3' }).end();
    else response.end('ok');
  });
  using broker = brokerFor({ baseUrl: `http://${server.host}`, developmentHosts: [server.host] });
  assert.equal((await broker.get('/')).text, 'ok');
  assert.deepEqual(broker.clock.waits, [7000, 3000]);
  assert.ok(broker.notes.some((note) => note.includes('429; waiting 7 s')));
});

test('a wait that is too long, or never ends, is given up with what the host asked', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(429, request.url === '/long' ? { 'retry-after': '86400' } : {}).end();
  });
  using broker = brokerFor({ baseUrl: `http://${server.host}`, developmentHosts: [server.host] });
  const error = await refusedWith(broker.get('/long'), 'rate_limited');
  assert.match(error.message, /86400 seconds/);
  await refusedWith(broker.get('/ever'), 'rate_limited');
  assert.deepEqual(broker.clock.waits, [1000, 2000, 4000, 8000, 16000, 32000]);
});

test('the rate of a connection is shared by its invocations', async () => {
  await using server = await serve((_, response) => response.end());
  using broker = brokerFor({
    baseUrl: `http://${server.host}`,
    developmentHosts: [server.host],
    rate: { requests: 1, perSeconds: 10 },
  });
  await broker.get('/');
  const other = broker.open('i2');
  await other.fetch({ method: 'GET', url: '/', headers: [], body: null }, NEVER);
  assert.deepEqual(broker.clock.waits, [10_000]);
});

test('rejected credentials are refreshed once for all, then given up', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(request.headers.authorization === 'new' ? 200 : 401).end();
  });
  let refreshed = 0;
  const policy = {
    baseUrl: `http://${server.host}`,
    developmentHosts: [server.host],
    headers: { Authorization: 'old' },
  };
  using broker = brokerFor(policy, {
    authorize: (connection, reason) => {
      refreshed += 1;
      assert.deepEqual([connection, reason], ['c1', { rejected: true }]);
      return Promise.resolve({ Authorization: refreshed === 1 ? 'new' : 'old' });
    },
  });
  const answers = await Promise.all([broker.get('/a'), broker.get('/b'), broker.get('/c')]);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200],
  );
  assert.equal(refreshed, 1);
  using hopeless = brokerFor(policy, { authorize: () => Promise.resolve({ Authorization: 'worse' }) });
  await refusedWith(hopeless.get('/'), 'credentials_rejected');
  using without = brokerFor({ ...policy, headers: {} });
  assert.equal((await without.get('/')).status, 401);
});

test('compressed answers are decoded within the cap on decoded bytes', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/br')
      response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('brotli'));
    else if (request.url === '/odd') response.writeHead(200, { 'content-encoding': 'odd' }).end('x');
    else if (request.url === '/bad') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
    else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
  });
  using broker = brokerFor(
    { baseUrl: `http://${server.host}`, developmentHosts: [server.host] },
    { limits: { responseBytes: 1_000_000 } },
  );
  const brotli = await broker.get('/br');
  assert.equal(brotli.text, 'brotli');
  assert.ok(!brotli.headers.some(([name]) => name === 'content-encoding'));
  await refusedWith(broker.get('/bomb'), 'egress_limit');
  await refusedWith(broker.get('/odd'), 'egress_failed');
  await refusedWith(broker.get('/bad'), 'egress_failed');
});

test('an answer that does not come, breaks off, or a host that is not there is told as such', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/break') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    }
  });
  const policy = {
    baseUrl: `http://${server.host}`,
    developmentHosts: [server.host, '127.0.0.1:1'],
    hosts: ['no.such.example'],
  };
  using broker = brokerFor(policy, {
    limits: { callSeconds: 0.2 },
    resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
  });
  assert.match((await refusedWith(broker.get('/never'), 'egress_failed')).message, /did not answer/);
  assert.match((await refusedWith(broker.get('/break'), 'egress_failed')).message, /broke off/);
  await refusedWith(broker.get('http://127.0.0.1:1/'), 'egress_failed');
  assert.match(
    (await refusedWith(broker.get('https://no.such.example/'), 'egress_failed')).message,
    /no such host/,
  );
});

test('headers that would smuggle a request are refused, connection headers are dropped', async () => {
  await using server = await serve((_, response) => response.end());
  using broker = brokerFor({ baseUrl: `http://${server.host}`, developmentHosts: [server.host] });
  await broker.get('/', {
    headers: [
      ['Host', 'evil.example'],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '5'],
    ],
  });
  assert.equal(server.seen[0]?.headers.host, server.host);
  assert.equal(server.seen[0].headers['transfer-encoding'], undefined);
  await refusedWith(broker.get('/', { headers: [['X-A', 'a\r\nX-B: b']] }), 'egress_failed');
  await refusedWith(broker.get('/', { headers: [['X A', 'a']] }), 'egress_failed');
  await refusedWith(
    broker.get('/', { method: 'POST', body: Buffer.alloc(17 * 1024 * 1024) }),
    'egress_limit',
  );
});

test('relative paths are appended to the base address', () => {
  const policy = {
    baseUrl: 'https://x.example/v1',
    hosts: [],
    developmentHosts: [],
    headers: {},
    rate: null,
  };
  assert.equal(absoluteUrl('/a?b', policy).href, 'https://x.example/v1/a?b');
  assert.equal(absoluteUrl('a', policy).href, 'https://x.example/v1/a');
  assert.equal(absoluteUrl('?b', policy).href, 'https://x.example/v1?b');
  assert.equal(absoluteUrl('https://y.example/#z', policy).href, 'https://y.example/');
});

test('Retry-After is a number of seconds or a date', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  assert.equal(retryAfterSeconds('120', now), 120);
  assert.equal(retryAfterSeconds('Thu, 01 Jan 2026 00:00:30 GMT', now), 30);
  assert.equal(retryAfterSeconds('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(retryAfterSeconds('soon', now), null);
  assert.equal(retryAfterSeconds(undefined, now), null);
});
