import sql from 'sql-template-tag';
import type { RecordEvent } from '@middle/core/workflow/trigger.ts';
import type { Database, Queryable, Transaction } from '../database.ts';
import { wakeWaiting } from '../executions/sources.ts';
import { advanceConsumer } from '../outbox.ts';
import type { Consumer } from '../outbox.ts';
import { LISTENS, TRIGGER_TABLES } from './listening.ts';

export interface TakenIn {
  readonly batches: number;
  /** How many of them triggers have to look at. */
  readonly kept: number;
  /** There are more, which wait for a running transaction to end; nobody will tell when it does. */
  readonly held: boolean;
  /** Where the consumer stands now; null when another process has taken it over. */
  readonly consumer: Consumer | null;
}

interface NextBatch {
  readonly xact: string;
  readonly position: string;
  readonly recordSet: number;
  readonly settled: boolean;
}

interface ConcernedSet {
  readonly id: number;
  readonly listens: boolean;
  readonly awaited: boolean;
}

/**
 * Takes the next changes from the outbox, in one transaction with the consumer's place: those of record sets that have
 * triggers go to the backlog, executions that wait for one of the records wake. Of all others only the places are read.
 */
export async function takeChanges(database: Database, consumer: Consumer, limit: number): Promise<TakenIn> {
  const { rows } = await database.query<NextBatch>(sql`
    select xact::text, position::text, record_set_id as "recordSet",
      xact < pg_snapshot_xmin(pg_current_snapshot()) as settled
    from middle.change_batch where (xact, position) > (${consumer.xact}::xid8, ${consumer.position}::bigint)
    order by middle.change_batch.xact, middle.change_batch.position limit ${limit}`);
  const batches = rows.filter(({ settled }) => settled);
  const last = batches.at(-1);
  const held = batches.length < rows.length;
  if (last === undefined) return { batches: 0, kept: 0, held, consumer };
  const to = { xact: last.xact, position: last.position };
  const sets = await concernedSets(database, [...new Set(batches.map(({ recordSet }) => recordSet))]);
  if (sets.length === 0) {
    const kept = await advanceConsumer(database, consumer, to);
    return { batches: batches.length, kept: 0, held, consumer: kept ? { ...consumer, ...to } : null };
  }
  try {
    const kept = await database.transaction(async (client) => {
      const copied = await keep(client, consumer, to, idsOf(sets, 'listens'));
      await wakeAwaiting(client, consumer, to, idsOf(sets, 'awaited'));
      if (!(await advanceConsumer(client, consumer, to))) throw new LeaseLost();
      return copied;
    });
    return { batches: batches.length, kept, held, consumer: { ...consumer, ...to } };
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    return { batches: 0, kept: 0, held, consumer: null };
  }
}

/** Rolls a transaction back: another process has the consumer now, and does this work. */
class LeaseLost extends Error {}

function idsOf(sets: readonly ConcernedSet[], why: 'listens' | 'awaited'): readonly number[] {
  return sets.filter((set) => set[why]).map(({ id }) => id);
}

async function concernedSets(db: Queryable, ids: readonly number[]): Promise<readonly ConcernedSet[]> {
  const { rows } = await db.query<ConcernedSet>(sql`
    select * from (
      select s.id,
        exists (select from ${TRIGGER_TABLES} where t.record_set_id = s.id and t.kind = 'record' and ${LISTENS}) as listens,
        exists (select from middle.execution_wait e where e.record_set_id = s.id) as awaited
      from unnest(${ids}::integer[]) s(id)
    ) concerned where listens or awaited`);
  return rows;
}

type Place = Pick<Consumer, 'xact' | 'position'>;

const between = (from: Place, to: Place) => sql`
  (xact, position) > (${from.xact}::xid8, ${from.position}::bigint)
  and (xact, position) <= (${to.xact}::xid8, ${to.position}::bigint)`;

/** A record set that was deleted meanwhile has no triggers any more. */
async function keep(client: Transaction, from: Place, to: Place, sets: readonly number[]): Promise<number> {
  if (sets.length === 0) return 0;
  const { rowCount } = await client.query(sql`
    insert into middle.trigger_backlog (record_set_id, xact, position, invocation_id, created_ids, updated_ids,
      updated_versions, at)
    select record_set_id, xact, position, invocation_id, created_ids, updated_ids, updated_versions, at
    from middle.change_batch
    where ${between(from, to)}
      and record_set_id in (select id from middle.record_set where id = any(${sets}::integer[]))
      and (created_ids <> '{}' or updated_ids <> '{}')`);
  return rowCount ?? 0;
}

async function wakeAwaiting(
  client: Transaction,
  from: Place,
  to: Place,
  sets: readonly number[],
): Promise<void> {
  for (const set of sets) {
    const { rows } = await client.query<{ id: string }>(sql`
      select distinct e.record_id as id from middle.change_batch b
      join middle.execution_wait e on e.record_set_id = b.record_set_id
        and e.record_id = any(b.created_ids || b.updated_ids || b.deleted_ids)
      where ${between(from, to)} and b.record_set_id = ${set}`);
    if (rows.length > 0)
      await wakeWaiting(
        client,
        set,
        rows.map(({ id }) => id),
      );
  }
}

/** The record sets that triggers have changes of to look at. */
export async function backloggedSets(db: Queryable): Promise<readonly number[]> {
  const { rows } = await db.query<{ id: number }>(sql`
    with recursive sets as (
      (select record_set_id as id from middle.trigger_backlog order by record_set_id limit 1)
      union all
      select (select b.record_set_id from middle.trigger_backlog b where b.record_set_id > s.id
        order by b.record_set_id limit 1) from sets s where s.id is not null
    ) select id from sets where id is not null`);
  return rows.map(({ id }) => id);
}

const LOCK_CLASS = 7_205_761; // tells this use of advisory locks from others

/** Some changes of one record set, its next ones. */
export interface Piece {
  readonly recordSetId: number;
  readonly xact: string;
  readonly position: string;
  readonly invocationId: string;
  readonly at: Date;
  readonly changes: readonly {
    readonly event: RecordEvent;
    readonly id: string;
    readonly version: number | null;
  }[];
  /** Of its batch, with these. */
  readonly done: number;
  readonly isLast: boolean;
}

interface PieceRow extends Omit<Piece, 'changes' | 'isLast'> {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly versions: readonly number[];
  readonly total: number;
}

/** Takes the next changes of a record set, for as long as the transaction lasts; null when there are none or another worker is at it. */
export async function nextPiece(
  client: Transaction,
  recordSetId: number,
  most: number,
): Promise<Piece | null> {
  const { rows } = await client.query<PieceRow>(sql`
    with mine as (select pg_try_advisory_xact_lock(${LOCK_CLASS}, ${recordSetId}) as locked)
    select record_set_id as "recordSetId", xact::text, position::text, invocation_id as "invocationId", at,
      created_ids[done + 1:done + ${most}::integer] as created,
      updated_ids[greatest(done - created, 0) + 1:greatest(done + ${most} - created, 0)] as updated,
      updated_versions[greatest(done - created, 0) + 1:greatest(done + ${most} - created, 0)] as versions,
      least(done + ${most}, created + updated) as done, created + updated as total
    from mine cross join lateral (
      select *, cardinality(created_ids) as created, cardinality(updated_ids) as updated from middle.trigger_backlog
      where mine.locked and record_set_id = ${recordSetId} order by xact, position limit 1) b`);
  const [row] = rows;
  if (row === undefined) return null;
  const { created, updated, versions, total, ...rest } = row;
  return {
    ...rest,
    isLast: row.done === total,
    changes: [
      ...created.map((id) => ({ event: 'created' as const, id, version: 1 })),
      ...updated.map((id, index) => ({ event: 'updated' as const, id, version: versions[index] ?? null })),
    ],
  };
}

/** To be called in the transaction that took the piece. */
export async function finishPiece(client: Transaction, piece: Piece): Promise<void> {
  const place = sql`record_set_id = ${piece.recordSetId} and xact = ${piece.xact}::xid8 and position = ${piece.position}::bigint`;
  await client.query(
    piece.isLast
      ? sql`delete from middle.trigger_backlog where ${place}`
      : sql`update middle.trigger_backlog set done = ${piece.done} where ${place}`,
  );
}

/** A record as a change left it, with the state before. */
export interface ChangedRecord {
  readonly event: RecordEvent;
  readonly id: string;
  /** Null: this state is not kept any more. */
  readonly record: { readonly version: number; readonly data: object; readonly changedAt: Date } | null;
  readonly previous: object | null;
}

interface ChangedRow {
  readonly event: RecordEvent;
  readonly id: string;
  readonly version: number | null;
  readonly data: object | null;
  readonly changedAt: Date | null;
  readonly previous: object | null;
}

/**
 * The records as these changes wrote them, in their order. What the record was before was replaced at the very moment
 * at which its new state began: that finds it by its whole key. A limit in each lateral keeps Postgres at its key: it
 * would rather read a whole day of history once it takes the table for small.
 */
export async function changedRecords(
  db: Queryable,
  piece: Piece,
  withPrevious: boolean,
): Promise<readonly ChangedRecord[]> {
  const { recordSetId, changes, invocationId, at } = piece;
  const { rows } = await db.query<ChangedRow>(sql`
    select c.event, c.id, s.version, s.data, s.valid_from as "changedAt", p.data as previous
    from unnest(${changes.map(({ event }) => event)}::text[], ${changes.map(({ id }) => id)}::text[],
      ${changes.map(({ version }) => version)}::integer[]) with ordinality c(event, id, version, place)
    left join lateral (
      (select version, data, updated_at as valid_from from middle.record r
      where r.record_set_id = ${recordSetId} and r.id = c.id
        and (c.version is null or r.version = c.version and r.invocation_id = ${invocationId}))
      union all
      select version, data, valid_from from middle.record_version h
      where h.record_set_id = ${recordSetId} and h.id = c.id and h.version = c.version
        and h.invocation_id = ${invocationId} and h.replaced_at >= ${at}
      limit 1
    ) s on true
    left join lateral (
      select data from middle.record_version h
      where ${withPrevious} and c.event = 'updated' and h.record_set_id = ${recordSetId} and h.id = c.id
        and h.version = s.version - 1 and h.replaced_at = s.valid_from
      limit 1
    ) p on true
    order by c.place`);
  return rows.map(({ event, id, version, data, changedAt, previous }) => ({
    event,
    id,
    record: version === null || data === null || changedAt === null ? null : { version, data, changedAt },
    previous,
  }));
}
