import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import sql from 'sql-template-tag';
import { newestOfEach } from '@middle/core/change.ts';
import type { Emission } from '@middle/core/change.ts';
import { only } from './only.ts';

/** What storing did with the emissions of one batch; the counts add up to how many there were. */
export interface Stored {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  /** Which version each of `updated` has now; a created one has version 1. */
  readonly updatedVersions: readonly number[];
  readonly unchanged: number;
  /** Overtaken by a newer emission. */
  readonly older: number;
}

const LOCK_CLASS = 7_205_760; // tells this use of advisory locks from others

/**
 * Stores emissions of one record set inside the caller's transaction, the newest of each id winning. Asks first which
 * are new or changed, so that unchanged records cost no write: measured twice as fast as COPY.
 */
export async function storeEmissions(
  client: pg.PoolClient,
  recordSetId: number,
  emissions: readonly Emission[],
): Promise<Stored> {
  const { newest, overtaken } = newestOfEach(emissions);
  const at = await lockRecordSet(client, recordSetId);
  const { created, changed, older } = await probe(client, recordSetId, newest);
  if (created.length > 0) await insertNew(client, recordSetId, created, at);
  const updated = changed.length > 0 ? await updateChanged(client, recordSetId, changed, at) : [];
  return {
    created: created.map(({ id }) => id),
    updated: updated.map(({ id }) => id),
    updatedVersions: updated.map(({ version }) => version),
    unchanged: newest.length - created.length - changed.length - older,
    older: older + overtaken,
  };
}

/**
 * One writer at a time for a record set, until the transaction ends. Returns the moment of storing, taken while the
 * lock is held, so that the versions of a record follow each other in time.
 */
export async function lockRecordSet(client: pg.PoolClient, recordSetId: number): Promise<Date> {
  await client.query(sql`select pg_advisory_xact_lock(${LOCK_CLASS}, ${recordSetId})`);
  const { rows } = await client.query<{ at: Date }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as at`,
  );
  return only(rows).at;
}

interface Probed {
  readonly created: readonly Emission[];
  readonly changed: readonly Emission[];
  readonly older: number;
}

/** Tells the new, the changed and the older, as lists of places: a row for each cost more than finding it. */
async function probe(
  client: pg.PoolClient,
  recordSetId: number,
  emissions: readonly Emission[],
): Promise<Probed> {
  if (emissions.length === 0) return { created: [], changed: [], older: 0 };
  const { rows } = await client.query<{ created: string; changed: string; older: number }>({
    name: 'probe-records',
    text: `
      select
        coalesce(string_agg(place::text, ',' order by place) filter (where state = 'new'), '') as created,
        coalesce(string_agg(place::text, ',' order by place) filter (where state = 'changed'), '') as changed,
        (count(*) filter (where state = 'older'))::integer as older
      from (
        select e.place, case
            when r.id is null then 'new'
            when (r.origin_started_at, r.origin_sequence, r.digest) > (e.started_at, e.sequence, e.digest) then 'older'
            else 'changed' end as state
        from unnest($2::text[], $3::bytea[], $4::timestamptz[], $5::bigint[]) with ordinality
          as e (id, digest, started_at, sequence, place)
        left join middle.record r on r.record_set_id = $1 and r.id = e.id
        where r.id is null or r.digest <> e.digest or r.deleted_at is not null
      ) found`,
    values: [recordSetId, ...columnsOf(emissions)],
  });
  const { created, changed, older } = only(rows);
  return { created: atPlaces(emissions, created), changed: atPlaces(emissions, changed), older };
}

function atPlaces(emissions: readonly Emission[], places: string): readonly Emission[] {
  if (places === '') return [];
  return places.split(',').flatMap((place) => emissions[Number(place) - 1] ?? []);
}

/** As texts of arrays, which the driver would make value by value, looking at the type of each. */
function columnsOf(emissions: readonly Emission[]): readonly string[] {
  const iso = isoOf();
  return [
    `{${emissions.map(({ id }) => quoted(id)).join(',')}}`,
    `{${emissions.map(({ digest }) => `"\\\\x${digest}"`).join(',')}}`,
    `{${emissions.map(({ origin }) => iso(origin.startedAt)).join(',')}}`,
    `{${emissions.map(({ origin }) => origin.sequence).join(',')}}`,
  ];
}

function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`;
}

/** The emissions of an invocation share one moment: its text is made once, not for each of thousands. */
function isoOf(): (moment: Date) => string {
  let known: Date | null = null;
  let text = '';
  return (moment) => {
    if (moment !== known) {
      known = moment;
      text = moment.toISOString();
    }
    return text;
  };
}

async function insertNew(
  client: pg.PoolClient,
  recordSetId: number,
  emissions: readonly Emission[],
  at: Date,
): Promise<void> {
  const copy = client.query(
    copyFrom(`copy middle.record (record_set_id, id, digest, data, origin_started_at, origin_sequence, invocation_id,
      created_at, updated_at) from stdin`),
  );
  await pipeline(Readable.from(copyChunks(recordSetId, emissions, at)), copy);
}

const ROWS_PER_CHUNK = 200;

/** COPY's text format: tabs between columns, backslashes doubled; JSON's text has no raw tab or newline. */
function* copyChunks(recordSetId: number, emissions: readonly Emission[], at: Date): Generator<Buffer> {
  const stored = at.toISOString();
  const iso = isoOf();
  for (let from = 0; from < emissions.length; from += ROWS_PER_CHUNK) {
    let chunk = '';
    for (const { id, digest, text, origin, invocationId } of emissions.slice(from, from + ROWS_PER_CHUNK)) {
      chunk += `${recordSetId}\t${escaped(id)}\t\\\\x${digest}\t${escaped(text)}\t${iso(origin.startedAt)}\t${origin.sequence}\t${invocationId}\t${stored}\t${stored}\n`;
    }
    yield Buffer.from(chunk);
  }
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '') : text;
}

/** `returning old` reads the row that the update locked, so history is right under any concurrency (Postgres 18). */
async function updateChanged(
  client: pg.PoolClient,
  recordSetId: number,
  emissions: readonly Emission[],
  at: Date,
): Promise<readonly { readonly id: string; readonly version: number }[]> {
  const { rows } = await client.query<{ id: string; version: number }>({
    name: 'update-records',
    text: `
      with replaced as (
        update middle.record r set
          version = r.version + 1, digest = e.digest, data = e.data::jsonb, origin_started_at = e.started_at,
          origin_sequence = e.sequence, invocation_id = e.invocation_id, updated_at = $8, deleted_at = null
        from unnest($2::text[], $3::bytea[], $4::timestamptz[], $5::bigint[], $6::text[], $7::uuid[])
          as e (id, digest, started_at, sequence, data, invocation_id)
        where r.record_set_id = $1 and r.id = e.id
        returning old.id, old.version, old.data, old.invocation_id, old.deleted_at, old.updated_at
      )
      insert into middle.record_version
        (record_set_id, id, version, data, invocation_id, deleted_at, valid_from, replaced_at)
      select $1, id, version, data, invocation_id, deleted_at, updated_at, $8 from replaced
      returning id, version + 1 as version`,
    values: [
      recordSetId,
      ...columnsOf(emissions),
      emissions.map(({ text }) => text),
      emissions.map(({ invocationId }) => invocationId),
      at,
    ],
  });
  return rows;
}

/** Which unchanged records an older emission can still reach. */
export interface StillReachable {
  /**
   * When the newest of the invocations began that have messages which are not applied: they can reach each record whose
   * origin is not newer. Null when there is none.
   */
  readonly byMessagesSince: Date | null;
  /** Emissions of the record set are set aside; one that is stored later can reach the record it names. */
  readonly byReprocessing: boolean;
}

/**
 * Notes the newer origin of records that did not change, so that an older emission that comes later loses against
 * them. Unchanged records cost no write while nothing older can come, and one for all the messages that never come.
 */
export async function confirmUnchanged(
  client: pg.PoolClient,
  recordSetId: number,
  emissions: readonly Emission[],
  { byMessagesSince, byReprocessing }: StillReachable,
): Promise<void> {
  if (byMessagesSince === null && !byReprocessing) return;
  const { newest } = newestOfEach(emissions);
  await client.query({
    name: 'confirm-records',
    text: `
      update middle.record r set origin_started_at = e.started_at, origin_sequence = e.sequence
      from unnest($2::text[], $3::bytea[], $4::timestamptz[], $5::bigint[]) as e (id, digest, started_at, sequence)
      where r.record_set_id = $1 and r.id = e.id and r.digest = e.digest
        and (r.origin_started_at, r.origin_sequence) < (e.started_at, e.sequence)
        and (r.origin_started_at <= $6::timestamptz or exists (select from middle.invalid_record i
          where i.record_set_id = $1 and i.record_id = e.id and i.state = 'open'))`,
    values: [recordSetId, ...columnsOf(newest), byMessagesSince?.toISOString() ?? null],
  });
}

/** An invocation, and how many of its messages the transaction has noted as applied but not yet counted. */
export interface ApplyingInvocation {
  readonly id: string;
  readonly connectionId: string;
  readonly startedAt: Date;
  readonly uncounted: number;
}

/**
 * A message may be applied as long as its invocation is known, a dead letter weeks later, so every invocation that is
 * not whole counts; so does this one, when a message before the last of those applied is missing.
 */
export async function stillReachable(
  client: pg.PoolClient,
  recordSetId: number,
  { id, connectionId, startedAt, uncounted }: ApplyingInvocation,
): Promise<StillReachable> {
  const { rows } = await client.query<StillReachable>({
    name: 'still-reachable',
    text: `
      select greatest((
        select max(started_at) from middle.invocation
        where connection_id = $1 and id <> $2 and started_at <= $3
          and (final_sequence is null or applied_messages < final_sequence)
      ), (
        select started_at from middle.invocation
        where id = $2 and applied_messages + $4
          < (select max(sequence) from middle.applied_message where invocation_id = $2)
      )) as "byMessagesSince", exists (
        select from middle.invalid_record where record_set_id = $5 and state = 'open'
      ) as "byReprocessing"`,
    values: [connectionId, id, startedAt.toISOString(), uncounted, recordSetId],
  });
  return only(rows);
}
