import sql from 'sql-template-tag';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database } from '@middle/store/database.ts';
import { percentile } from './bench.ts';
import type { BenchContext, BenchResult, BenchRow } from './bench.ts';

const SETS = 4;
const DAYS = 30;
const SAMPLES = 200;
const CHUNK = 500_000;

/**
 * The record tables at size: `--records` rows in middle.record over 4 record sets, `--versions` rows in
 * middle.record_version over 30 days, and what reading and writing costs then.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const records = context.number('records', 1_000_000);
  const versions = context.number('versions', 5_000_000);
  await using addresses = await testDatabase();
  const database = openDatabase(addresses.superuser, { max: 2 });
  try {
    const filled = await fill(context, database, records, versions);
    context.progress('analyze');
    await database.query(sql`analyze middle.record`);
    await database.query(sql`analyze middle.record_version`);
    const rows: BenchRow[] = [
      ...filled,
      ...(await reads(context, database, records / SETS)),
      ...(await writes(context, database, records / SETS)),
      ...(await expiry(context, database)),
    ];
    return {
      title: `Record tables: ${records} records, ${versions} versions`,
      rows,
      notes: [
        `Rows of about 200 bytes in ${SETS} record sets (one partition each); versions over ${DAYS} days (one partition each).`,
        'Each read is of another random record, sent as the store sends it.',
      ],
    };
  } finally {
    await database.close();
  }
}

async function fill(
  context: BenchContext,
  database: Database,
  records: number,
  versions: number,
): Promise<BenchRow[]> {
  for (let set = 1; set <= SETS; set += 1)
    await database.query(sql`select middle.add_record_set_partition(${set})`);
  await database.query(
    sql`select middle.add_day_partitions(current_date - ${DAYS}::integer, ${DAYS + 2}::integer)`,
  );
  const perSet = records / SETS;
  const recordSeconds = await timed(async () => {
    for (let set = 1; set <= SETS; set += 1) {
      for (let from = 0; from < perSet; from += CHUNK) {
        context.progress(`records of set ${set} from ${from}`);
        await database.query(sql`
          insert into middle.record (record_set_id, id, version, digest, data, origin_started_at, origin_sequence,
            invocation_id, created_at, updated_at)
          select ${set}, 'r' || lpad(n::text, 9, '0'), 11, substr(sha256(n::text::bytea), 1, 16),
            jsonb_build_object('id', 'r' || n, 'name', md5(n::text), 'amount', n % 1000),
            now(), n, uuidv7(), now(), now()
          from generate_series(${from}::bigint, ${Math.min(from + CHUNK, perSet) - 1}::bigint) n`);
      }
    }
  });
  const versionSeconds = await timed(async () => {
    const perDay = Math.ceil(versions / DAYS);
    for (let day = 0; day < DAYS; day += 1) {
      for (let from = 0; from < perDay; from += CHUNK) {
        context.progress(`versions of day ${day + 1} from ${from}`);
        // Each day touches a stretch of each set, as a sync does; a record has its versions on several days.
        await database.query(sql`
          insert into middle.record_version (record_set_id, id, version, data, invocation_id, valid_from, replaced_at)
          select 1 + n % ${SETS}, 'r' || lpad(((n / ${SETS} + ${day}::bigint * ${perDay}::bigint / ${SETS}) % ${perSet}::bigint)::text, 9, '0'),
            1 + ${day} + ${DAYS} * (n / (${SETS} * ${perSet}::bigint))::integer, jsonb_build_object('name', md5(n::text), 'amount', n % 1000), uuidv7(),
            moment - interval '1 day', moment
          from generate_series(${from}::bigint, ${Math.min(from + CHUNK, perDay) - 1}::bigint) n,
            lateral (select (current_date - ${DAYS - day}::integer)::timestamptz + (n % 86000) * interval '1 second' as moment) m`);
      }
    }
  });
  const { rows } = await database.query<{ records: string; versions: string }>(sql`
    select sum(pg_total_relation_size(relid)) filter (where relid::regclass::text like 'middle.record\_%' and relid::regclass::text not like '%version%') as records,
      sum(pg_total_relation_size(relid)) filter (where relid::regclass::text like 'middle.record_version%') as versions
    from pg_stat_user_tables where schemaname = 'middle'`);
  return [
    { what: 'records inserted (by SQL, with the index)', value: records / recordSeconds, unit: 'rows/s' },
    { what: 'versions inserted (by SQL, with the index)', value: versions / versionSeconds, unit: 'rows/s' },
    { what: 'size of the records', value: Number(rows[0]?.records ?? 0) / 1e9, unit: 'GB' },
    { what: 'size of the versions', value: Number(rows[0]?.versions ?? 0) / 1e9, unit: 'GB' },
  ];
}

async function reads(context: BenchContext, database: Database, perSet: number): Promise<BenchRow[]> {
  context.progress('reads');
  const id = (): string => idOf(Math.floor(Math.random() * perSet));
  const probe = (): string[] => {
    const from = Math.floor(Math.random() * Math.max(1, perSet - 1_000));
    return Array.from({ length: 1_000 }, (_, at) => idOf(from + at));
  };
  return [
    ...(await sampled('one record', () =>
      database.query(sql`select * from middle.record where record_set_id = ${set()} and id = ${id()}`),
    )),
    ...(await sampled('page of 50 records', () =>
      database.query(
        sql`select * from middle.record where record_set_id = ${set()} and id > ${id()} order by id limit 50`,
      ),
    )),
    ...(await sampled('versions of one record', () =>
      database.query(
        sql`select * from middle.record_version where record_set_id = ${set()} and id = ${id()} order by version desc limit 50`,
      ),
    )),
    ...(await sampled('one record as of a moment', () =>
      database.query(sql`
        select * from middle.record_version where record_set_id = ${set()} and id = ${id()}
          and replaced_at > now() - ${Math.floor(Math.random() * DAYS)} * interval '1 day' order by replaced_at limit 1`),
    )),
    ...(await sampled('probe of 1,000 ids in a row', () =>
      database.query(
        sql`select id, version, digest from middle.record where record_set_id = ${set()} and id = any(${probe()})`,
      ),
    )),
  ];
}

async function writes(context: BenchContext, database: Database, perSet: number): Promise<BenchRow[]> {
  context.progress('writes');
  const batches = 20;
  const size = 1_000;
  const seconds = await timed(async () => {
    for (let batch = 0; batch < batches; batch += 1) {
      const from = Math.floor(Math.random() * Math.max(1, perSet - size));
      const ids = Array.from({ length: size }, (_, at) => idOf(from + at));
      await database.query(sql`
        with changed as (
          update middle.record set version = version + 1, updated_at = now(), data = data || '{"amount": -1}'
          where record_set_id = 1 and id = any(${ids}) returning old.id, old.version, old.data, old.invocation_id, old.updated_at
        )
        insert into middle.record_version (record_set_id, id, version, data, invocation_id, valid_from, replaced_at)
        select 1, id, version, data, invocation_id, updated_at, now() from changed`);
    }
  });
  return [
    {
      what: 'records updated with their history, batches of 1,000',
      value: (batches * size) / seconds,
      unit: 'records/s',
    },
  ];
}

async function expiry(context: BenchContext, database: Database): Promise<BenchRow[]> {
  context.progress('expiry');
  const seconds = await timed(() =>
    database.query(
      sql`select middle.drop_day_partitions('record_version', current_date - ${DAYS - 10}::integer)`,
    ),
  );
  return [{ what: 'ten days of versions expired', value: seconds * 1_000, unit: 'ms' }];
}

async function sampled(what: string, read: () => Promise<unknown>): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let at = 0; at < SAMPLES; at += 1) times.push((await timed(read)) * 1_000);
  return [
    { what: `${what}, p50`, value: percentile(times, 0.5), unit: 'ms' },
    { what: `${what}, p95`, value: percentile(times, 0.95), unit: 'ms' },
  ];
}

const set = (): number => 1 + Math.floor(Math.random() * SETS);
const idOf = (at: number): string => `r${String(at).padStart(9, '0')}`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
