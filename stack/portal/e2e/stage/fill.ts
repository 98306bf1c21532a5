import { createHash, randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import type { TestServer } from '@middle/api/testing/server.ts';
import { atlasData, atlasPackage } from './atlas.ts';

/** What the worker would have stored, put where it would be: the portal shows it, the API serves it. */
export interface Filled {
  readonly accountId: string;
  readonly connectionId: string;
  readonly quietConnectionId: string;
  readonly airportSet: number;
  readonly failedRun: string;
  readonly runningRun: string;
  readonly airportRun: string;
  readonly airportSync: string;
}

const MINUTE = 60_000;
type Row = Readonly<Record<string, unknown>>;

export function uuidAt(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const rest = randomUUID().replaceAll('-', '').slice(13);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(4, 7)}-${rest.slice(7)}0`.slice(
    0,
    36,
  );
}

interface Run {
  readonly syncId: string;
  readonly set: number;
  readonly kind: string;
  readonly cause?: string;
  readonly startedBy?: string;
  readonly input?: Row;
  readonly state: string;
  readonly at: Date;
  readonly seconds: number | null;
  readonly counts?: Readonly<
    Partial<Record<'created' | 'updated' | 'unchanged' | 'invalid' | 'deleted', number>>
  >;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly error?: Row;
  readonly logs?: readonly (readonly [level: 'info' | 'warn' | 'error' | 'debug', text: string])[];
}

export async function fill(server: TestServer): Promise<Filled> {
  const { client } = server;
  await client.pushApp({ body: atlasPackage('1.0.0'), query: { on: 'true', approveHosts: 'true' } });
  await client.pushApp({ body: atlasPackage('1.1.0') });
  const account = await client.createAccount({ body: { key: 'demo', name: 'Demo' } });
  await client.createAccount({ body: { key: 'northern-lights', name: 'Northern Lights', enabled: false } });
  const create = (name: string, syncs: 'on' | 'off') =>
    client.createConnection({
      params: { accountId: account.id },
      body: {
        app: 'atlas',
        version: '1.0.0',
        name,
        syncs,
        credentials: { fields: { clientId: 'demo', clientSecret: 'demo-secret' } },
      },
    });
  const connection = await create('Atlas', 'on');
  const quiet = await create('Atlas sandbox', 'off');
  const { items } = await client.listRecordSets({ params: { connectionId: connection.id } });
  const [countries, airports] = items;
  if (countries === undefined || airports === undefined) throw new Error('the app has two record types');
  const version = await client.getAppVersion({ params: { appKey: 'atlas', version: '1.0.0' } });
  const app = await client.getApp({ params: { appKey: 'atlas' } });
  await ensureDays(server);
  const runs = runWriter(server, connection.id, app.id, version.id);
  const now = Date.now();
  const ago = (minutes: number) => new Date(now - minutes * MINUTE);
  const syncOf = (set: typeof airports, kind: string) =>
    set.syncs.find((sync) => sync.kind === kind)?.id ?? '';
  const data = atlasData();

  const countryRun = await runs({
    syncId: syncOf(countries, 'complete'),
    set: countries.id,
    kind: 'complete',
    state: 'succeeded',
    at: ago(190),
    seconds: 3,
    counts: { created: data.countries.length },
    logs: [['info', `page 1: ${String(data.countries.length)} country records`]],
  });
  const airportRun = await runs({
    syncId: syncOf(airports, 'complete'),
    set: airports.id,
    kind: 'complete',
    state: 'succeeded',
    at: ago(185),
    seconds: 41,
    counts: { created: data.airports.length - 4, invalid: 4 },
    logs: Array.from(
      { length: 12 },
      (_, page) => ['info', `page ${String(page + 1)}: 500 airport records`] as const,
    ),
  });
  await storeRecords(server, countries.id, 'code', data.countries, ago(190), countryRun.invocation);
  await storeRecords(server, airports.id, 'iata', data.airports.slice(4), ago(185), airportRun.invocation);
  for (let index = 0; index < 24; index += 1) {
    await runs({
      syncId: syncOf(airports, 'recent'),
      set: airports.id,
      kind: 'recent',
      state: 'succeeded',
      at: ago(170 - index * 5),
      seconds: 1 + (index % 3),
      input: { since: ago(176 - index * 5).toISOString(), until: ago(170 - index * 5).toISOString() },
      counts: { updated: index % 4, unchanged: 9 + ((index * 7) % 23) },
    });
  }
  const change = await runs({
    syncId: syncOf(airports, 'recent'),
    set: airports.id,
    kind: 'recent',
    state: 'succeeded',
    at: ago(20),
    seconds: 2,
    input: { since: ago(26).toISOString(), until: ago(20).toISOString() },
    counts: { updated: 2, unchanged: 30 },
    logs: [
      ['info', 'page 1: 32 airport records'],
      ['warn', 'the source was slow: 1.2 s for one page'],
    ],
  });
  await changeRecord(
    server,
    airports.id,
    'BRU',
    { name: 'Brussels National Airport', altitude_ft: 180 },
    ago(90),
    change.invocation,
  );
  await changeRecord(server, airports.id, 'BRU', { name: 'Brussels Airport' }, ago(20), change.invocation);
  await runs({
    syncId: syncOf(airports, 'lookup'),
    set: airports.id,
    kind: 'lookup',
    cause: 'foreign_key',
    state: 'succeeded',
    at: ago(12),
    seconds: 1,
    input: { id: 'BER' },
    counts: { created: 1 },
  });
  const failed = await runs({
    syncId: syncOf(airports, 'recent'),
    set: airports.id,
    kind: 'recent',
    state: 'failed',
    at: ago(7),
    seconds: 9,
    input: { since: ago(15).toISOString(), until: ago(7).toISOString() },
    error: {
      code: 'function_error',
      message: "TypeError: Cannot read properties of undefined (reading 'items')",
      fault: 'developer',
      hint: 'The outside system answered with another shape than the function expects. Look at the log for its answer.',
    },
    logs: [
      ['info', 'GET /airports?modified_since=… 200 in 212 ms'],
      ['debug', 'answer: {"data":[],"cursor":null}'],
      [
        'error',
        "TypeError: Cannot read properties of undefined (reading 'items')\n    at pages (functions/recent-airports.ts:7:31)",
      ],
    ],
  });
  const running = await runs({
    syncId: syncOf(airports, 'complete'),
    set: airports.id,
    kind: 'complete',
    cause: 'person',
    startedBy: 'Ada Owner',
    state: 'running',
    at: ago(0.6),
    seconds: null,
    counts: { unchanged: 2280, updated: 14 },
    progress: { done: 2300, total: data.airports.length },
    logs: [
      ['info', 'page 1: 500 airport records'],
      ['info', 'page 2: 500 airport records'],
      ['info', 'page 3: 500 airport records'],
      ['info', 'page 4: 500 airport records'],
    ],
  });
  await setAside(server, connection.id, airports.id, airportRun, data.airports.slice(0, 4));
  await lookups(server, airports.id, countries.id, ago);
  await deadLetters(server);
  await server.worker.query(sql`
    update middle.connection set attention = 'The outside system refused the credentials. Fill in new ones.' where id = ${quiet.id}`);
  return {
    accountId: account.id,
    connectionId: connection.id,
    quietConnectionId: quiet.id,
    airportSet: airports.id,
    failedRun: failed.run,
    runningRun: running.run,
    airportRun: airportRun.run,
    airportSync: syncOf(airports, 'complete'),
  };
}

async function ensureDays(server: TestServer): Promise<void> {
  const from = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  await server.worker.query(sql`select middle.add_day_partitions(${from}::date, 4)`);
}

function runWriter(server: TestServer, connectionId: string, appId: string, versionId: string) {
  return async (run: Run): Promise<{ readonly run: string; readonly invocation: string }> => {
    const id = uuidAt(run.at);
    const invocation = uuidAt(new Date(run.at.getTime() + 40));
    const end = run.seconds === null ? null : new Date(run.at.getTime() + run.seconds * 1000);
    const { created = 0, updated = 0, unchanged = 0, invalid = 0, deleted = 0 } = run.counts ?? {};
    const records = created + updated + unchanged + invalid;
    await server.worker.query(sql`
      insert into middle.sync_run (id, sync_id, record_set_id, connection_id, kind, cause, started_by, input, state, attempts,
        progress, progressed_at, queued_at, started_at, ended_at, created, updated, unchanged, invalid, deleted, bytes, error)
      values (${id}, ${run.syncId}, ${run.set}, ${connectionId}, ${run.kind}, ${run.cause ?? 'schedule'}, ${run.startedBy ?? null},
        ${JSON.stringify(run.input ?? {})}, ${run.state}, 1, ${run.progress === undefined ? null : JSON.stringify(run.progress)}, now(),
        ${run.at}, ${new Date(run.at.getTime() + 40)}, ${end}, ${created}, ${updated}, ${unchanged}, ${invalid}, ${deleted},
        ${records * 214}, ${run.error === undefined ? null : JSON.stringify(run.error)})`);
    await server.worker.query(sql`
      insert into middle.invocation (id, sync_run_id, connection_id, app_id, app_version_id, function_key, kind, state, started_at,
        ended_at, outcome, error, final_sequence, applied_messages, applied_records, sent_records, bytes, start_kind, duration_ms)
      values (${invocation}, ${id}, ${connectionId}, ${appId}, ${versionId}, ${run.kind === 'recent' ? 'recent-airports' : 'airports'},
        'sync', ${end === null ? 'running' : 'ended'}, ${run.at}, ${end},
        ${end === null ? null : run.state === 'failed' ? 'developer_error' : 'ok'},
        ${run.error === undefined ? null : JSON.stringify(run.error)}, ${end === null ? null : Math.ceil(records / 900) + 1},
        ${Math.ceil(records / 900) + 1}, ${records}, ${records}, ${records * 214}, 'pool', ${run.seconds === null ? null : run.seconds * 1000})`);
    await localLogs({ pool: server.worker.pool, clock: systemClock }).append(
      (run.logs ?? []).map(([level, text], line) => ({
        invocation,
        sequence: 1,
        line,
        app: 'atlas',
        at: new Date(run.at.getTime() + 100 + line * 700),
        level,
        text,
      })),
    );
    return { run: id, invocation };
  };
}

const CHUNK = 1000;

async function storeRecords(
  server: TestServer,
  set: number,
  idKey: string,
  rows: readonly Row[],
  at: Date,
  invocation: string,
): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    const json = JSON.stringify(chunk.map((row) => ({ id: row[idKey], data: row })));
    await server.worker.query(sql`
      insert into middle.record (record_set_id, id, digest, data, origin_started_at, origin_sequence, invocation_id, created_at, updated_at)
      select ${set}::int, r.id, decode(md5(r.data::text), 'hex'), r.data, ${at}::timestamptz, 1, ${invocation}::uuid, ${at}::timestamptz, ${at}::timestamptz
      from jsonb_to_recordset(${json}::jsonb) as r (id text, data jsonb) on conflict do nothing`);
    await server.search.write(
      chunk.map((row) => ({ recordSet: set, id: String(row[idKey]), version: 1, updatedAt: at, data: row })),
    );
  }
}

async function changeRecord(
  server: TestServer,
  set: number,
  id: string,
  change: Row,
  at: Date,
  invocation: string,
): Promise<void> {
  await server.worker.query(sql`
    insert into middle.record_version (record_set_id, id, version, data, invocation_id, valid_from, replaced_at)
    select record_set_id, id, version, data, invocation_id, updated_at, ${at} from middle.record where record_set_id = ${set} and id = ${id}`);
  await server.worker.query(sql`
    update middle.record set version = version + 1, data = data || ${JSON.stringify(change)}::jsonb, invocation_id = ${invocation}, updated_at = ${at},
      origin_started_at = ${at} where record_set_id = ${set} and id = ${id}`);
}

async function setAside(
  server: TestServer,
  connectionId: string,
  set: number,
  run: { readonly run: string; readonly invocation: string },
  rows: readonly Row[],
): Promise<void> {
  let line = 0;
  for (const row of rows) {
    line += 1;
    const wrong =
      line === 4
        ? { ...row, altitude_ft: undefined }
        : { ...row, altitude_ft: `${String(row['altitude_ft'])} ft` };
    const problems =
      line === 4
        ? [{ path: 'altitude_ft', problem: 'The attribute is missing.' }]
        : [{ path: 'altitude_ft', problem: 'A number is expected, a text came.', value: wrong.altitude_ft }];
    await server.worker.query(sql`
      insert into middle.invalid_record (record_set_id, connection_id, record_type, record_id, invocation_id, sync_run_id, origin_started_at, origin_sequence, data, problems)
      values (${set}, ${connectionId}, 'airport', ${String(row['iata'])}, ${run.invocation}, ${run.run}, now(), ${line}, ${JSON.stringify(wrong)}, ${JSON.stringify(problems)})`);
  }
}

async function lookups(
  server: TestServer,
  airports: number,
  countries: number,
  ago: (minutes: number) => Date,
): Promise<void> {
  await server.worker.query(sql`
    insert into middle.lookup_request (record_set_id, record_id, state, attempts, requested_at, settled_at, reason)
    values (${countries}, 'ZZ', 'gave_up', 5, ${ago(120)}, ${ago(60)}, 'The source has no country ZZ (404, five times).'),
      (${airports}, 'QQQ', 'pending', 1, ${ago(2)}, null, null), (${airports}, 'BER', 'found', 1, ${ago(13)}, ${ago(12)}, null)`);
}

async function deadLetters(server: TestServer): Promise<void> {
  const digest = createHash('sha256').update('stage').digest('base64url');
  await server.worker.query(sql`insert into queue.queue (app) values ('atlas') on conflict do nothing`);
  await server.worker.query(sql`
    insert into queue.dead_letter (id, app, body, sent_at, receive_count, reason_code, reason_message, died_at) values
      (900001, 'atlas', ${Buffer.from(`{"v":1,"token":"eyJ.${digest}","sequence":3,"records":1}\nR ["airport",{"iata":"XXX","name":"Nowhere"}]\n`)},
        now() - interval '9 minutes', 1, 'message_origin', 'The token is of the connection 0198, but the queue is of the app atlas.', now() - interval '9 minutes')`);
}
