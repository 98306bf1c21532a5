import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** Where a batch stands in the order of all. */
export interface Place {
  /** The transaction's id as text: 64 bits don't fit a number. */
  readonly xact: string;
  readonly position: string;
}

/** What a stored batch did to one record set; see middle.change_batch. */
export interface ChangeBatch extends Place {
  readonly recordSet: number;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  readonly at: Date;
}

/** A consumer in the hands of one process, and how far it has come. */
export interface Consumer extends Place {
  readonly name: string;
  readonly fence: string;
}

/** Takes or renews the lease of a consumer; null while another process has it. */
export async function holdConsumer(
  db: Queryable,
  consumer: { readonly name: string; readonly owner: string; readonly leaseSeconds: number },
): Promise<Consumer | null> {
  const { rows } = await db.query<Consumer>(sql`
    insert into middle.change_consumer as held (name, owner, fence, lease_until)
    values (${consumer.name}, ${consumer.owner}, 1, now() + make_interval(secs => ${consumer.leaseSeconds}))
    on conflict (name) do update set
      fence = held.fence + case when held.owner = excluded.owner then 0 else 1 end,
      owner = excluded.owner, lease_until = excluded.lease_until
    where held.owner = excluded.owner or held.lease_until is null or held.lease_until < now()
    returning name, fence::text, xact::text, position::text`);
  return rows[0] ?? null;
}

/** Gives the lease back, so that the next process need not wait for its end. */
export async function releaseConsumer(
  db: Queryable,
  consumer: { readonly name: string; readonly owner: string },
) {
  await db.query(sql`
    update middle.change_consumer set lease_until = null where name = ${consumer.name} and owner = ${consumer.owner}`);
}

const BATCH = sql`xact::text, position::text, record_set_id as "recordSet", created_ids as created,
  updated_ids as updated, deleted_ids as deleted, at`;
const after = ({ xact, position }: Place) => sql`(xact, position) > (${xact}::xid8, ${position}::bigint)`;
const IN_ORDER = sql`order by middle.change_batch.xact, middle.change_batch.position`;

/**
 * The next batches after the consumer's place. Only those whose transaction is older than every running one: a
 * transaction that commits late has a lower number than some that are already visible, and must not be skipped.
 * `held`: there are more, which wait for a running transaction to end; nobody will tell when it does.
 */
export async function nextBatches(
  db: Queryable,
  consumer: Consumer,
  limit: number,
): Promise<{ readonly batches: readonly ChangeBatch[]; readonly held: boolean }> {
  const { rows } = await db.query<ChangeBatch & { readonly settled: boolean }>(sql`
    select ${BATCH}, xact < pg_snapshot_xmin(pg_current_snapshot()) as settled
    from middle.change_batch where ${after(consumer)} ${IN_ORDER} limit ${limit}`);
  const batches = rows.filter(({ settled }) => settled);
  return { batches, held: batches.length < rows.length };
}

/** Batches further on that name few records, of settled transactions like the others. */
export async function smallBatches(
  db: Queryable,
  from: Place,
  most: { readonly batches: number; readonly ids: number },
): Promise<readonly ChangeBatch[]> {
  const { rows } = await db.query<ChangeBatch>(sql`
    select ${BATCH} from middle.change_batch
    where ${after(from)} and xact < pg_snapshot_xmin(pg_current_snapshot())
      and cardinality(created_ids) + cardinality(updated_ids) + cardinality(deleted_ids) <= ${most.ids}
    ${IN_ORDER} limit ${most.batches}`);
  return rows;
}

/** Which of two places comes later. */
export function laterOf(a: Place, b: Place): Place {
  const order = BigInt(a.xact) - BigInt(b.xact) || BigInt(a.position) - BigInt(b.position);
  return order < 0n ? b : a;
}

/** Notes that everything up to this batch is done. False when another process has the consumer now. */
export async function advanceConsumer(db: Queryable, consumer: Consumer, to: Place): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.change_consumer set xact = ${to.xact}::xid8, position = ${to.position}::bigint
    where name = ${consumer.name} and fence = ${consumer.fence}::bigint`);
  return rowCount === 1;
}

/** Deletes batches that every consumer has passed, a bounded number at a time; returns how many. */
export async function deleteConsumedBatches(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.change_batch where (xact, position) in (
      select xact, position from middle.change_batch
      where (xact, position) <= (select xact, position from middle.change_consumer order by xact, position limit 1)
      order by xact, position limit ${limit})`);
  return rowCount ?? 0;
}

export interface OutboxLag {
  /** Batches not yet taken in by the consumer, counted to 1,000. */
  readonly waiting: number;
  readonly oldest: Date | null;
}

/** How far a consumer is behind. */
export async function outboxLag(db: Queryable, name: string): Promise<OutboxLag> {
  const { rows } = await db.query<OutboxLag>(sql`
    select count(*)::integer as waiting, min(at) as oldest from (
      select at from middle.change_batch
      where (xact, position) > coalesce(
        (select row(xact, position) from middle.change_consumer where name = ${name}), row('0'::xid8, 0::bigint))
      order by xact, position limit 1000
    ) behind`);
  return rows[0] ?? { waiting: 0, oldest: null };
}
