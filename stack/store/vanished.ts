import { hash } from 'node:crypto';
import type pg from 'pg';
import sql from 'sql-template-tag';
import { LINES_PER_MESSAGE } from '@middle/core/change.ts';
import { announceChanges } from './changes.ts';
import type { Database } from './database.ts';
import { lockRecordSet } from './record-writes.ts';

/** Bytes kept of an id's hash. Two of 10 million ids share one with a chance of 3 in a million; then a record that vanished stays. */
const HASH_BYTES = 8;
const IDS_PER_PAGE = 5_000;

function hashOf(id: string): Buffer {
  return hash('sha1', id, 'buffer').subarray(0, HASH_BYTES);
}

/** Notes which records a message of a complete transfer has named, valid or not: what is at the source has not vanished. */
export async function noteSeen(
  client: pg.PoolClient,
  message: { readonly runId: string; readonly invocationId: string; readonly sequence: number },
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const packed = Buffer.concat(ids.map(hashOf));
  await client.query(sql`
    insert into middle.transfer_seen (sync_run_id, invocation_id, sequence, id_hashes)
    values (${message.runId}, ${message.invocationId}, ${message.sequence}, ${packed}) on conflict do nothing`);
}

export interface Transfer {
  readonly runId: string;
  readonly recordSetId: number;
  /** The run's last invocation; the deletions carry its name. */
  readonly invocationId: string;
  /** When the run's first invocation began: what was written since is not judged. */
  readonly startedAt: Date;
}

/**
 * Marks as deleted what a complete transfer, applied to its last message, has not seen. Runs in pages, each a
 * transaction of its own; run again after a crash it goes on with what is left. Ends when another worker has settled
 * the run: what was read as seen may then have been half of it.
 */
export async function markVanished(database: Database, transfer: Transfer): Promise<number> {
  const seen = await readSeen(database, transfer.runId);
  let deleted = 0;
  for (let after: string | null = null; ;) {
    const page: readonly string[] = await livePage(database, transfer, after);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last;
    const vanished = page.filter((id) => !has(seen, hashOf(id).readBigUInt64BE()));
    if (vanished.length === 0) continue;
    const marked = await markDeleted(database, transfer, vanished);
    if (marked === null) break;
    deleted += marked;
  }
  return deleted;
}

/** What a run has seen goes in the transaction that ends it: while it is open, a part of it would delete the rest. */
export async function forgetSeen(client: pg.PoolClient, runId: string): Promise<void> {
  await client.query(sql`delete from middle.transfer_seen where sync_run_id = ${runId}`);
}

/** All hashes, sorted: 8 bytes a record, 80 MB for 10 million. */
async function readSeen(database: Database, runId: string): Promise<BigUint64Array> {
  const { rows } = await database.query<{ bytes: string }>(sql`
    select coalesce(sum(length(id_hashes)), 0) as bytes from middle.transfer_seen where sync_run_id = ${runId}`);
  const hashes = new BigUint64Array(Number(rows[0]?.bytes ?? 0) / HASH_BYTES);
  let at = 0;
  let place = { invocation: '00000000-0000-0000-0000-000000000000', sequence: -1 };
  for (;;) {
    const { rows: pages } = await database.query<{
      invocation: string;
      sequence: number;
      hashes: Buffer;
    }>(sql`
      select invocation_id as invocation, sequence, id_hashes as hashes from middle.transfer_seen
      where sync_run_id = ${runId} and (invocation_id, sequence) > (${place.invocation}::uuid, ${place.sequence}::int)
      order by invocation_id, sequence limit 200`);
    for (const page of pages) {
      for (let from = 0; from < page.hashes.length && at < hashes.length; from += HASH_BYTES) {
        hashes[at] = page.hashes.readBigUInt64BE(from);
        at += 1;
      }
      place = { invocation: page.invocation, sequence: page.sequence };
    }
    if (pages.length === 0) return hashes.sort();
  }
}

function has(sorted: BigUint64Array, wanted: bigint): boolean {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle] ?? 0n;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

async function livePage(
  database: Database,
  { recordSetId, startedAt }: Transfer,
  after: string | null,
): Promise<readonly string[]> {
  const { rows } = await database.query<{ id: string }>(sql`
    select id from middle.record
    where record_set_id = ${recordSetId} and id > ${after ?? ''} and deleted_at is null
      and origin_started_at <= ${startedAt}
    order by id limit ${IDS_PER_PAGE}`);
  return rows.map(({ id }) => id);
}

/** The state before goes to the history, like any change; a later emission that names the record brings it back. */
async function markDeleted(
  database: Database,
  transfer: Transfer,
  ids: readonly string[],
): Promise<number | null> {
  const { recordSetId, invocationId, startedAt, runId } = transfer;
  return database.transaction(async (client) => {
    const at = await lockRecordSet(client, recordSetId);
    const { rowCount: open } = await client.query(
      sql`select from middle.sync_run where id = ${runId} and state = 'storing' for no key update`,
    );
    if (open !== 1) return null;
    const { rows } = await client.query<{ id: string }>(sql`
      with replaced as (
        update middle.record r set version = r.version + 1, deleted_at = ${at}, updated_at = ${at},
          invocation_id = ${invocationId}, origin_started_at = ${startedAt}, origin_sequence = ${1e9 * LINES_PER_MESSAGE}
        where record_set_id = ${recordSetId} and id = any (${ids}) and deleted_at is null
          and origin_started_at <= ${startedAt}
        returning old.id, old.version, old.data, old.invocation_id, old.deleted_at, old.updated_at
      )
      insert into middle.record_version
        (record_set_id, id, version, data, invocation_id, deleted_at, valid_from, replaced_at)
      select ${recordSetId}, id, version, data, invocation_id, deleted_at, updated_at, ${at} from replaced
      returning id`);
    const deleted = rows.map(({ id }) => id);
    await announceChanges(client, {
      recordSetId,
      invocationId,
      created: [],
      updated: [],
      updatedVersions: [],
      deleted,
    });
    await client.query(
      sql`update middle.sync_run set deleted = deleted + ${deleted.length} where id = ${runId}`,
    );
    return deleted.length;
  });
}
