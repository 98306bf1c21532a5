import { mkdtempSync, rmSync, statSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localSearch } from '@middle/cloud/local/search.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Search, SearchDocument, SearchQuery } from '@middle/cloud/ports/search.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import sql from 'sql-template-tag';
import { percentile, ratioRow } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';
import { freshnessRows } from './support/freshness.ts';

const BATCH = 2_000;
const QUERIES = 100;
const SET = 1;

/** How fast records become searchable, and how fast they are found, beside Postgres full text over the same records. */
export async function run(context: BenchContext): Promise<BenchResult> {
  const count = context.number('records', 100_000);
  const bytes = context.number('bytes', 300);
  const vocabulary = Array.from({ length: 20_000 }, (_, at) => wordOf(at));
  const documents = Array.from({ length: count }, (_, at) => documentOf(at, bytes, vocabulary));
  const folder = mkdtempSync(path.join(tmpdir(), 'middle-bench-search-'));
  const search = localSearch({ folder, mode: 'write' });
  await using addresses = await testDatabase();
  const database = openDatabase(addresses.owner, { max: 1 });
  try {
    context.progress(`Postgres full text takes in ${count} records`);
    const postgres = await timed(() => intoPostgres(database, documents));
    context.progress('the index takes them in');
    const written = await timed(() => inBatches(documents, (batch) => search.write(batch)));
    const changed = documents.slice(0, count / 10).map((document) => ({ ...document, version: 2 }));
    context.progress('a tenth of them again, changed');
    const replaced = await timed(() => inBatches(changed, (batch) => search.write(batch)));
    const megabytes =
      readdirSync(folder)
        .filter((name) => name.includes('.sqlite'))
        .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0) / 1e6;
    const rows: BenchRow[] = [
      ratioRow('records taken in', count / written, 'records/s', {
        what: 'Postgres full text, one index',
        value: count / postgres,
      }),
      { what: 'records replaced', value: changed.length / replaced, unit: 'records/s' },
      { what: 'size of the index', value: megabytes, unit: 'MB' },
      ...(await queryRows(context, search, database, vocabulary)),
      ...(await rebuildRow(context, search, documents)),
      ...(await freshnessRows(context)),
    ];
    return {
      title: `Search: ${count} records of about ${bytes} bytes`,
      rows,
      notes: [
        'Words come from a vocabulary of 20,000, some common and most rare. Each query is one of its kind with other words,',
        'through the port: posting to the thread and back included. Postgres answers the same words without ranking or count.',
        'Stored to searchable: a whole stack, records of 1 KB, from the commit until a search through the API finds the change.',
      ],
    };
  } finally {
    await search.close();
    await database.close();
    rmSync(folder, { recursive: true });
  }
}

async function queryRows(
  context: BenchContext,
  search: Search,
  database: Database,
  vocabulary: readonly string[],
): Promise<BenchRow[]> {
  const word = (): string => vocabulary[skewed(vocabulary.length)] ?? '';
  const kinds: Record<string, () => Partial<SearchQuery>> = {
    'two words, the last a prefix': () => ({ text: `${word()} ${word().slice(0, 4)}` }),
    'one common word': () => ({ text: vocabulary[Math.floor(Math.random() * 5)] ?? '' }),
    'an id': () => ({ text: `r${Math.floor(Math.random() * 1_000)}` }),
    'filter on a number (indexed on demand)': () => ({
      filters: [{ attribute: 'amount', operator: 'gt', value: 990 }],
    }),
    'sort by a text (indexed on demand)': () => ({ sort: { attribute: 'name', direction: 'asc' } }),
  };
  const rows: BenchRow[] = [];
  const base: SearchQuery = { recordSets: [SET], text: '', filters: [], sort: null, limit: 50, after: null };
  context.progress('indexes on demand');
  for (const kind of Object.values(kinds)) await search.query({ ...base, ...kind() });
  // The writer looks for wanted indexes every two seconds.
  await new Promise((resolve) => {
    setTimeout(resolve, 3_000);
  });
  for (const [what, kind] of Object.entries(kinds)) {
    context.progress(what);
    const times: number[] = [];
    for (let at = 0; at < QUERIES; at += 1)
      times.push((await timed(() => search.query({ ...base, ...kind() }))) * 1_000);
    rows.push(
      { what: `${what}, p50`, value: percentile(times, 0.5), unit: 'ms' },
      { what: `${what}, p95`, value: percentile(times, 0.95), unit: 'ms' },
    );
  }
  const peers: number[] = [];
  for (let at = 0; at < QUERIES; at += 1) {
    const text = `${word()} & ${word().slice(0, 4)}:*`;
    peers.push(
      (await timed(() =>
        database.query(
          sql`select id from bench_document where words @@ to_tsquery('simple', ${text}) limit 50`,
        ),
      )) * 1_000,
    );
  }
  rows.push({
    what: 'Postgres full text: two words, the last a prefix, p95',
    value: percentile(peers, 0.95),
    unit: 'ms',
  });
  return rows;
}

async function rebuildRow(
  context: BenchContext,
  search: Search,
  documents: readonly SearchDocument[],
): Promise<BenchRow[]> {
  context.progress('rebuilding while someone searches');
  const query: SearchQuery = {
    recordSets: [SET],
    text: 'r1',
    filters: [],
    sort: null,
    limit: 10,
    after: null,
  };
  let slowest = 0;
  const building = new AbortController();
  const reading = (async () => {
    while (!building.signal.aborted)
      slowest = Math.max(slowest, (await timed(() => search.query(query))) * 1_000);
  })();
  const seconds = await timed(async () => {
    const rebuild = await search.rebuild(SET);
    await inBatches(documents, (batch) => rebuild.write(batch));
    await rebuild.finish();
  });
  building.abort();
  await reading;
  return [
    { what: 'rebuild', value: documents.length / seconds, unit: 'records/s' },
    { what: 'slowest search during the rebuild', value: slowest, unit: 'ms' },
  ];
}

async function intoPostgres(database: Database, documents: readonly SearchDocument[]): Promise<void> {
  await database.query(sql`
    create table bench_document (id text primary key, data jsonb not null,
      words tsvector generated always as (to_tsvector('simple', data)) stored)`);
  await database.query(sql`create index on bench_document using gin (words)`);
  await inBatches(documents, async (batch) => {
    await database.query(sql`
      insert into bench_document (id, data)
      select * from unnest(${batch.map(({ id }) => id)}::text[], ${batch.map(({ data }) => data)}::jsonb[])`);
  });
}

async function inBatches(
  documents: readonly SearchDocument[],
  write: (batch: SearchDocument[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < documents.length; start += BATCH)
    await write(documents.slice(start, start + BATCH));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

function documentOf(at: number, bytes: number, vocabulary: readonly string[]): SearchDocument {
  const word = (): string => vocabulary[skewed(vocabulary.length)] ?? '';
  let note = '';
  while (note.length < bytes - 120) note += `${word()} `;
  const id = `r${(at * 7_919) % 1_000_003}`;
  const data = { id, name: `${word()} ${word()}`, amount: Math.random() * 1_000, active: at % 2 === 0, note };
  return { recordSet: SET, id, version: 1, updatedAt: new Date(), data: JSON.stringify(data) };
}

/** Early words often, late ones seldom. */
const skewed = (length: number): number => Math.floor(Math.random() ** 3 * length);
const wordOf = (at: number): string => (((at + 1) * 2_654_435_761) % 4_294_967_296).toString(36);
