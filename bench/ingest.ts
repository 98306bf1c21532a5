import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import sql from 'sql-template-tag';
import { compileRecordType } from '@middle/core/record.ts';
import type { RecordType } from '@middle/core/attribute.ts';
import { writeZip } from '@middle/functions/package/zip.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { storeEmissions } from '@middle/store/record-writes.ts';
import { digestOf } from '@middle/worker/intake/check-records.ts';
import { ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { temporaryStack } from './support/temporary-stack.ts';
import type { TemporaryStack } from './support/temporary-stack.ts';

const ATTRIBUTES = ['name', 'city', 'street', 'email', 'phone', 'company', 'notes', 'tags'];
/** Fills a record up to 1 KB of JSON. */
const TEXT =
  'The quick brown fox jumps over the lazy dog and runs through the forest until the night falls. ';
const BATCH = 2_000;

const PERSON: RecordType = {
  key: 'person',
  title: 'Person',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'revision', type: 'number', title: 'Revision' },
    ...ATTRIBUTES.map((key) => ({ key, type: 'string' as const, title: key })),
  ],
};

/** The record's values; the function below makes the same ones from the same rule. */
function person(index: number, revision: number): Record<string, unknown> {
  const data: Record<string, unknown> = { id: `p${String(index).padStart(9, '0')}`, revision };
  for (const [place, key] of ATTRIBUTES.entries()) data[key] = `${index} ${TEXT.slice(place, place + 92)}`;
  return data;
}

const FUNCTION = `const ATTRIBUTES = ${JSON.stringify(ATTRIBUTES)};
const TEXT = ${JSON.stringify(TEXT)};
export default async function people(ctx) {
  const response = await ctx.fetch('/plan');
  const { records, changedEvery, revision } = await response.json();
  for (let index = 0; index < records; index += 1) {
    const changed = changedEvery > 0 && index % changedEvery === 0;
    const data = { id: 'p' + String(index).padStart(9, '0'), revision: changed ? revision : 0 };
    for (let place = 0; place < ATTRIBUTES.length; place += 1) data[ATTRIBUTES[place]] = index + ' ' + TEXT.slice(place, place + 92);
    ctx.emit('person', data);
    if (index % 500 === 0) await ctx.progress({ cursor: index });
  }
}
`;

const manifestFor = (host: string): string => `key: bench
name: Bench
version: '1.0.0'
egress:
  baseUrl: http://${host}
recordTypes:
  - key: person
    title: Person
    attributes:
      - { key: id, type: primary_id, title: Id }
      - { key: revision, type: number, title: Revision }
${ATTRIBUTES.map((key) => `      - { key: ${key}, type: string, title: ${key} }`).join('\n')}
syncs:
  - { key: people, recordType: person, kind: complete, function: people, stall: 10m }
`;

/** Records per second into the database, against COPY of the same rows into the same table in the same run. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const records = context.number('records', 60_000);
  await using stack = await temporaryStack();
  const owner = openDatabase(stack.database.owner, { max: 2 });
  const worker = openDatabase(stack.database.worker, { max: 2 });
  try {
    const rows: BenchRow[] = [];
    context.progress(`COPY of ${records} rows`);
    const copied = await copyReference(owner, SET.copy, records, 1);
    const copiedByTwo = await copyReference(owner, SET.copyByTwo, records, 2);
    const peer = { what: 'COPY', value: copied };
    rows.push({ what: 'COPY into the same table and index', value: copied, unit: 'records/s' });
    rows.push(ratioRow('COPY by two connections', copiedByTwo, 'records/s', peer));
    await owner.query(sql`select middle.add_record_set_partition(${SET.store})`);
    for (const [what, changedEvery, revision] of [
      ['all new', 0, 0],
      ['unchanged', 0, 0],
      ['10% changed', 10, 1],
    ] as const) {
      context.progress(`storing, ${what}`);
      rows.push(
        ratioRow(
          `store, ${what}`,
          await storeOnly(worker, records, changedEvery, revision),
          'records/s',
          peer,
        ),
      );
    }
    rows.push(...(await endToEnd(context, stack, worker, records, peer)));
    return {
      title: `Ingest: ${records} records of ${JSON.stringify(person(1, 0)).length} bytes`,
      rows,
      notes: [
        'store: parsed records to committed, by two consumers in batches of 2,000: check, digest, compare, write, history.',
        'function to committed: from the start of the run to the end of its last transaction, through sandbox, queue and',
        'intake; to searchable: until the index has every record. Everything runs on this machine at once, Postgres included.',
      ],
    };
  } finally {
    await owner.close();
    await worker.close();
  }
}

const SET = { copy: 900_001, store: 900_002, copyByTwo: 900_003 };

async function copyReference(
  owner: Database,
  recordSet: number,
  records: number,
  connections: number,
): Promise<number> {
  await owner.query(sql`select middle.add_record_set_partition(${recordSet})`);
  const compiled = compileRecordType(PERSON);
  const lines: Buffer[] = [];
  for (let from = 0; from < records; from += BATCH) {
    let chunk = '';
    for (let index = from; index < Math.min(records, from + BATCH); index += 1) {
      const checked = compiled.check(person(index, 0));
      if (!checked.ok) throw new TypeError('the record of the benchmark is not valid');
      const hex = digestOf(checked.text);
      chunk += `${recordSet}\t${checked.id}\t\\\\x${hex}\t${checked.text}\t2026-01-01\t1\t00000000-0000-7000-8000-000000000000\t2026-01-01\t2026-01-01\n`;
    }
    lines.push(Buffer.from(chunk));
  }
  const waiting = lines.values();
  const copyAll = async (): Promise<void> => {
    // One transaction per batch, as the intake commits.
    for (const line of waiting) {
      await owner.transaction(async (client) => {
        const copy = client.query(
          copyFrom(`copy middle.record (record_set_id, id, digest, data, origin_started_at, origin_sequence, invocation_id,
            created_at, updated_at) from stdin`),
        );
        await pipeline(Readable.from([line]), copy);
      });
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, copyAll));
  return records / ((performance.now() - began) / 1000);
}

async function storeOnly(
  worker: Database,
  records: number,
  changedEvery: number,
  revision: number,
): Promise<number> {
  const compiled = compileRecordType(PERSON);
  const startedAt = new Date();
  const invocationId = only((await worker.query<{ id: string }>(sql`select uuidv7() as id`)).rows).id;
  const batches: Record<string, unknown>[][] = [];
  for (let from = 0; from < records; from += BATCH) {
    batches.push(
      Array.from({ length: Math.min(BATCH, records - from) }, (_, at) =>
        person(from + at, changedEvery > 0 && (from + at) % changedEvery === 0 ? revision : 0),
      ),
    );
  }
  const waiting = batches.entries();
  const consume = async (): Promise<void> => {
    for (const [place, batch] of waiting) {
      const emissions = batch.map((data, at) => {
        const checked = compiled.check(data);
        if (!checked.ok) throw new TypeError('the record of the benchmark is not valid');
        const origin = { startedAt, sequence: place * BATCH + at };
        return { id: checked.id, text: checked.text, digest: digestOf(checked.text), origin, invocationId };
      });
      await worker.transaction((client) => storeEmissions(client, SET.store, emissions));
    }
  };
  const began = performance.now();
  // Two at once, as the intake has two consumers: while one is in its transaction, the other checks.
  await Promise.all([consume(), consume()]);
  return records / ((performance.now() - began) / 1000);
}

async function endToEnd(
  context: BenchContext,
  { client }: TemporaryStack,
  worker: Database,
  records: number,
  peer: { readonly what: string; readonly value: number },
): Promise<readonly BenchRow[]> {
  let plan = { records, changedEvery: 0, revision: 0 };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(plan));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const bound = server.address();
    const host = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
    const syncId = await installApp(client, host);
    const rows: BenchRow[] = [];
    for (const { what, changedEvery, revision, expected } of rounds(records)) {
      context.progress(`function to committed and searchable, ${what}`);
      plan = { records, changedEvery, revision };
      const began = performance.now();
      const started = await client.runSync({ params: { syncId }, body: {} });
      const committed = await untilDone(client, started.id, expected);
      rows.push(ratioRow(`function to committed, ${what}`, records / committed, 'records/s', peer));
      await untilIndexed(worker);
      const searchable = (performance.now() - began) / 1000;
      rows.push(ratioRow(`function to searchable, ${what}`, records / searchable, 'records/s', peer));
    }
    return rows;
  } finally {
    server.close();
  }
}

interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

function rounds(records: number) {
  const changed = Math.ceil(records / 10);
  return [
    {
      what: 'all new',
      changedEvery: 0,
      revision: 0,
      expected: { created: records, updated: 0, unchanged: 0 },
    },
    {
      what: 'unchanged',
      changedEvery: 0,
      revision: 0,
      expected: { created: 0, updated: 0, unchanged: records },
    },
    {
      what: '10% changed',
      changedEvery: 10,
      revision: 1,
      expected: { created: 0, updated: changed, unchanged: records - changed },
    },
  ] as const;
}

/** Pushes the benchmark's app, connects it, and returns the id of its sync. */
async function installApp(client: TemporaryStack['client'], host: string): Promise<string> {
  const files = new Map([
    ['middle.app.yaml', Buffer.from(manifestFor(host))],
    ['functions/people.js', Buffer.from(FUNCTION)],
  ]);
  await client.createAccount({ body: { key: 'bench', name: 'Bench' } });
  await client.pushApp({
    body: new Blob([Uint8Array.from(writeZip(files))]),
    query: { on: 'true', approveHosts: 'true' },
  });
  const connection = await client.createConnection({
    params: { accountId: 'bench' },
    body: { app: 'bench', name: 'Bench', syncs: 'off' },
  });
  await client.allowDevelopmentHosts({ params: { connectionId: connection.id }, body: { hosts: [host] } });
  const sets = await client.listRecordSets({ params: { connectionId: connection.id } });
  const syncId = sets.items[0]?.syncs[0]?.id;
  if (syncId === undefined) throw new TypeError('the connection of the benchmark has no sync');
  return syncId;
}

/** Seconds from the start of the run's function to the run's end, by the database's clock. */
async function untilDone(client: TemporaryStack['client'], runId: string, expected: Counts): Promise<number> {
  for (;;) {
    const found = await client.getSyncRun({ params: { runId } });
    if (found.state === 'succeeded' && found.startedAt !== null && found.endedAt !== null) {
      const { created, updated, unchanged } = found.counts;
      deepEqual({ created, updated, unchanged }, expected);
      return (new Date(found.endedAt).getTime() - new Date(found.startedAt).getTime()) / 1000;
    }
    if (found.state === 'failed' || found.state === 'cancelled') {
      throw new TypeError(`the run of the benchmark ${found.state}: ${JSON.stringify(found.error)}`);
    }
    await sleep(50);
  }
}

async function untilIndexed(worker: Database): Promise<void> {
  for (;;) {
    const { rows } = await worker.query<{ behind: boolean }>(sql`
      select exists (select from middle.change_batch b where (b.xact, b.position) >
        (select c.xact, c.position from middle.change_consumer c where c.name = 'search')) as behind`);
    if (rows[0]?.behind !== true) return;
    await sleep(50);
  }
}
