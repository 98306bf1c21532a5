import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { writeZip } from '@middle/functions/package/zip.ts';
import { announceChanges } from '@middle/store/changes.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { storeEmissions } from '@middle/store/record-writes.ts';
import { digestOf } from '@middle/worker/intake/check-records.ts';
import { percentile } from '../bench.ts';
import type { BenchContext, BenchRow } from '../bench.ts';
import { temporaryStack } from './temporary-stack.ts';
import type { TemporaryStack } from './temporary-stack.ts';

/** Changes per commit: with 200 a second, a commit every 50 ms. */
const BATCH = 10;
/** Records that the stream changes over and over. */
const RECORDS = 2_000;
/** Fills a record up to about 1 KB. */
const TEXT =
  'The quick brown fox jumps over the lazy dog and runs through the forest until night falls. '.repeat(10);

const packageOf = (bulk: number): Map<string, Buffer> =>
  new Map([
    [
      'middle.app.yaml',
      Buffer.from(`key: fresh
name: Fresh
version: '1.0.0'
recordTypes:
  - key: changing
    title: Changing
    attributes: [{ key: id, type: primary_id, title: Id }, { key: text, type: string, title: Text }]
  - key: bulk
    title: Bulk
    attributes: [{ key: id, type: primary_id, title: Id }, { key: text, type: string, title: Text }]
syncs:
  - { key: bulk, recordType: bulk, kind: complete, function: bulk, stall: 10m }
`),
    ],
    [
      'functions/bulk.js',
      Buffer.from(`export default async function bulk(ctx) {
  for (let n = 0; n < ${bulk}; n += 1) ctx.emit('bulk', { id: 'b' + n, text: n + ' ' + ${JSON.stringify(TEXT)} });
}
`),
    ],
  ]);

interface Joined {
  readonly connectionId: string;
  readonly recordSet: number;
  readonly bulkSync: string;
}

/**
 * How long a change that is committed takes until a search through the API finds it, in a whole stack: while nothing
 * else happens, and while a sync brings new records as fast as they can be stored.
 */
export async function freshnessRows(context: BenchContext): Promise<BenchRow[]> {
  const perSecond = context.number('changes', 200);
  const seconds = context.number('seconds', 15);
  const bulk = context.number('bulk', 60_000);
  await using stack = await temporaryStack();
  const joined = await join(stack, bulk);
  const worker = openDatabase(stack.database.worker, { max: 2 });
  try {
    const stream = new ChangeStream(worker, stack, joined);
    await stream.fill();
    context.progress(`${perSecond} changes a second become searchable`);
    const alone = await stream.measure(perSecond, () => sleep(seconds * 1_000));
    context.progress(`the same while ${bulk} new records are stored`);
    let searchable = 0;
    const busy = await stream.measure(perSecond, async () => {
      searchable = await transfer(stack, worker, joined);
    });
    return [
      ...rowsOf(`change stored to searchable, ${perSecond}/s`, alone),
      ...rowsOf(`the same during an ingest of ${bulk} new records`, busy),
      { what: 'the last of those records searchable after it was stored', value: searchable, unit: 'ms' },
    ];
  } finally {
    await worker.close();
  }
}

const rowsOf = (what: string, times: readonly number[]): BenchRow[] =>
  [50, 95, 99].map((share) => ({
    what: `${what}, p${share}`,
    value: percentile(times, share / 100),
    unit: 'ms',
  }));

async function join({ client }: TemporaryStack, bulk: number): Promise<Joined> {
  await client.createAccount({ body: { key: 'bench', name: 'Bench' } });
  await client.pushApp({
    body: new Blob([Uint8Array.from(writeZip(packageOf(bulk)))]),
    query: { on: 'true', approveHosts: 'true' },
  });
  const { id: connectionId } = await client.createConnection({
    params: { accountId: 'bench' },
    body: { app: 'fresh', name: 'Fresh', syncs: 'off' },
  });
  const { items } = await client.listRecordSets({ params: { connectionId } });
  const changing = items.find(({ recordType }) => recordType.key === 'changing');
  const sync = items.find(({ recordType }) => recordType.key === 'bulk')?.syncs[0];
  if (changing === undefined || sync === undefined)
    throw new TypeError('the app of the benchmark is not whole');
  return { connectionId, recordSet: changing.id, bulkSync: sync.id };
}

/** Runs the transfer; resolves when all of it is searchable, with the milliseconds since it was stored. */
async function transfer({ client }: TemporaryStack, worker: Database, { bulkSync }: Joined): Promise<number> {
  const { id } = await client.runSync({ params: { syncId: bulkSync }, body: {} });
  for (;;) {
    const { state } = await client.getSyncRun({ params: { runId: id } });
    if (state === 'succeeded') break;
    if (state === 'failed' || state === 'cancelled') throw new TypeError(`the transfer ${state}`);
    await sleep(20);
  }
  const stored = performance.now();
  const { rows } = await worker.query<{ xact: string }>(sql`select pg_current_xact_id()::text as xact`);
  const { xact } = only(rows);
  for (;;) {
    const behind = await worker.query(sql`
      select from middle.change_batch b, middle.change_consumer c
      where c.name = 'search' and b.xact < ${xact}::xid8 and (b.xact, b.position) > (c.xact, c.position) limit 1`);
    if (behind.rowCount === 0) return performance.now() - stored;
    await sleep(10);
  }
}

/** Changes records as the intake does, and looks for one of each commit by a word that only it has. */
class ChangeStream {
  readonly #worker: Database;
  readonly #stack: TemporaryStack;
  readonly #joined: Joined;
  #made = 0;

  constructor(worker: Database, stack: TemporaryStack, joined: Joined) {
    this.#worker = worker;
    this.#stack = stack;
    this.#joined = joined;
  }

  /** Makes the records that will change, and waits until they are searchable. */
  async fill(): Promise<void> {
    let word = '';
    for (let made = 0; made < RECORDS; made += BATCH) word = await this.#commit();
    while (!(await this.#finds(word))) await sleep(5);
  }

  /** Changes records at this rate until `work` is done, then waits for the last; returns the milliseconds of each. */
  async measure(perSecond: number, work: () => Promise<unknown>): Promise<number[]> {
    const waiting: { readonly word: string; readonly at: number }[] = [];
    const times: number[] = [];
    const over = new AbortController();
    const looking = (async () => {
      while (!over.signal.aborted || waiting.length > 0) {
        const [first] = waiting;
        if (first === undefined || !(await this.#finds(first.word))) await sleep(2);
        else {
          times.push(performance.now() - first.at);
          waiting.shift();
        }
      }
    })();
    const changing = (async () => {
      const began = performance.now();
      for (let commits = 1; !over.signal.aborted; commits += 1) {
        const word = await this.#commit();
        waiting.push({ word, at: performance.now() });
        await sleep(Math.max(0, began + (commits * BATCH * 1_000) / perSecond - performance.now()));
      }
    })();
    await work().finally(() => over.abort());
    await Promise.all([changing, looking]);
    return times;
  }

  /** Stores the next records in one transaction; returns the word that only this change has. */
  async #commit(): Promise<string> {
    const word = `w${randomUUID().replaceAll('-', '')}`;
    const { recordSet } = this.#joined;
    const { rows } = await this.#worker.query<{ id: string }>(sql`select uuidv7() as id`);
    const invocationId = only(rows).id;
    const startedAt = new Date();
    const emissions = Array.from({ length: BATCH }, (_, at) => {
      const id = `r${(this.#made + at) % RECORDS}`;
      const text = JSON.stringify({ id, text: `${at === 0 ? word : this.#made} ${TEXT}` });
      return { id, text, digest: digestOf(text), origin: { startedAt, sequence: at }, invocationId };
    });
    this.#made += BATCH;
    await this.#worker.transaction(async (client) => {
      const stored = await storeEmissions(client, recordSet, emissions);
      await announceChanges(client, { recordSetId: recordSet, invocationId, ...stored, deleted: [] });
    });
    return word;
  }

  async #finds(word: string): Promise<boolean> {
    const { items } = await this.#stack.client.listRecords({
      params: { connectionId: this.#joined.connectionId, recordType: 'changing' },
      query: { text: word, limit: 1 },
    });
    return items.length > 0;
  }
}
