import { Agent, get } from 'node:http';
import fastify from 'fastify';
import sql from 'sql-template-tag';
import { testServer } from '@middle/api/testing/server.ts';
import type { TestServer } from '@middle/api/testing/server.ts';
import { withConnection } from '@middle/api/testing/sample.ts';
import { percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';

const CONCURRENCY = 16;
const WARM_UP = 200;
const INDEX_BATCH = 2_000;

/** How long reads take under load, beside a route of the same web framework that does nothing. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const records = context.number('records', 100_000);
  const requests = context.number('requests', 2_000);
  await using server = await testServer({ checkAnswers: false });
  context.progress(`storing ${String(records)} records`);
  const { connection, customers } = await withConnection(server);
  await fill(server, customers.id, records);
  const bare = fastify();
  bare.get('/', () => ({ hello: 'world' }));
  const nothing = await bare.listen({ host: '127.0.0.1', port: 0 });
  try {
    const set = `/api/v1/connections/${connection.id}/record-types/customer/records`;
    const some = (n: number): string => idOf((n * 7919) % records);
    const cases: readonly (readonly [string, (n: number) => string])[] = [
      ['one record', (n) => `${set}/${some(n)}`],
      ['a page of 50 records', (n) => `${set}?after=${cursor(some(n))}`],
      ['search: one word', (n) => `${set}?text=word${String(n % 1_000)}&limit=20`],
      ['search: a filter and a sort', (n) => `${set}?filter=age:is:${String(n % 90)}&sort=name:asc&limit=20`],
      ['record types with their counts', () => `/api/v1/connections/${connection.id}/record-types`],
      ['accounts', () => '/api/v1/accounts'],
      ['sync history', () => '/api/v1/sync-runs'],
    ];
    context.progress('a route that does nothing');
    const peer = await load({ baseUrl: nothing, token: '', requests, pathOf: () => '/' });
    const rows: BenchRow[] = [
      { what: 'a route that does nothing: p95', value: peer.p95, unit: 'ms' },
      { what: 'a route that does nothing', value: peer.perSecond, unit: 'requests/s' },
    ];
    for (const [what, pathOf] of cases) {
      context.progress(what);
      const { p50, p95, perSecond } = await load({
        baseUrl: server.baseUrl,
        token: server.token,
        requests,
        pathOf,
      });
      rows.push(
        { what: `${what}: p50`, value: p50, unit: 'ms' },
        ratioRow(`${what}: p95`, p95, 'ms', { what: 'a route that does nothing', value: peer.p95 }),
        { what, value: perSecond, unit: 'requests/s' },
      );
    }
    return {
      title: `API: reads of ${String(records)} records, ${String(CONCURRENCY)} requests at a time`,
      rows,
      notes: [
        'Server, database and the load itself share this machine, and server and load share one process: the figures are',
        'those of a busy server. The peer is a route of the same web framework that answers a constant, in the same run.',
      ],
    };
  } finally {
    await bare.close();
  }
}

function idOf(n: number): string {
  return `c${String(n).padStart(9, '0')}`;
}

/** The API's own form of a position in the list of ids. */
function cursor(id: string): string {
  return Buffer.from(JSON.stringify({ id, total: { count: 10_000, exact: false } })).toString('base64url');
}

async function fill(server: TestServer, recordSet: number, records: number): Promise<void> {
  await server.worker.query(sql`
    insert into middle.record (record_set_id, id, version, digest, data, origin_started_at, origin_sequence,
      invocation_id, created_at, updated_at)
    select ${recordSet}, id, 1, '\\x00', jsonb_build_object('id', id, 'name', 'word' || n % 1000 || ' of person ' || n,
      'age', n % 90), now(), 1, uuidv7(), now(), now()
    from generate_series(0, ${records - 1}) n, lateral (select 'c' || lpad(n::text, 9, '0') as id) given`);
  for (let from = 0; from < records; from += INDEX_BATCH) {
    const size = Math.min(INDEX_BATCH, records - from);
    const documents = Array.from({ length: size }, (_, at) => {
      const n = from + at;
      const id = idOf(n);
      const data = { id, name: `word${String(n % 1_000)} of person ${String(n)}`, age: n % 90 };
      return { recordSet, id, version: 1, updatedAt: new Date(), data: JSON.stringify(data) };
    });
    await server.search.write(documents);
  }
}

interface Load {
  readonly baseUrl: string;
  readonly token: string;
  readonly requests: number;
  readonly pathOf: (n: number) => string;
}

/** A fixed number of callers, each of which asks again once it has its answer. */
async function load({ baseUrl, token, requests, pathOf }: Load) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const ask = async (n: number): Promise<number> => {
    const began = performance.now();
    await read(agent, baseUrl + pathOf(n), token);
    return performance.now() - began;
  };
  const round = async (count: number): Promise<number[]> => {
    const times: number[] = [];
    let next = 0;
    const callers = Array.from({ length: CONCURRENCY }, async () => {
      while (next < count) times.push(await ask(next++));
    });
    await Promise.all(callers);
    return times;
  };
  try {
    await round(WARM_UP);
    const began = performance.now();
    const times = await round(requests);
    const seconds = (performance.now() - began) / 1_000;
    return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), perSecond: requests / seconds };
  } finally {
    agent.destroy();
  }
}

function read(agent: Agent, url: string, token: string): Promise<void> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asking = get(url, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new TypeError(`${url} answered ${String(response.statusCode)}`));
      });
      response.once('error', reject);
    });
    asking.once('error', reject);
  });
}
