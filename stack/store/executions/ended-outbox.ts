import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../database.ts';

export interface TakenEnded {
  readonly ids: readonly string[];
  /** There may be more right now. */
  readonly isMore: boolean;
}

/**
 * The next executions that ended, and the note that this consumer has them, in the caller's transaction: who rolls back
 * gets them again, so what is written with them is written once. Null while another process is at it.
 *
 * Only batches whose transaction is older than every running one are taken: a transaction that commits late has a
 * lower number than some that are already visible, and must not be skipped.
 */
export async function takeEnded(
  client: Transaction,
  consumer: string,
  limit: number,
): Promise<TakenEnded | null> {
  await client.query(sql`
    insert into middle.execution_consumer (name) values (${consumer}) on conflict do nothing`);
  const { rows: held } = await client.query<{ xact: string; position: string }>(sql`
    select xact::text, position::text from middle.execution_consumer where name = ${consumer} for update skip locked`);
  const [from] = held;
  if (from === undefined) return null;
  const { rows } = await client.query<{ xact: string; position: string; ids: string[] }>(sql`
    select xact::text, position::text, ids from middle.execution_batch
    where (xact, position) > (${from.xact}::xid8, ${from.position}::bigint)
      and xact < pg_snapshot_xmin(pg_current_snapshot())
    order by middle.execution_batch.xact, middle.execution_batch.position limit ${limit}`);
  const last = rows.at(-1);
  if (last !== undefined) {
    await client.query(sql`
      update middle.execution_consumer set xact = ${last.xact}::xid8, position = ${last.position}::bigint
      where name = ${consumer}`);
  }
  return { ids: rows.flatMap(({ ids }) => ids), isMore: rows.length === limit };
}

/** Deletes batches that every consumer has passed, a bounded number at a time; returns how many. */
export async function deleteConsumedEnded(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.execution_batch where (xact, position) in (
      select xact, position from middle.execution_batch
      where (xact, position) <= (select xact, position from middle.execution_consumer order by xact, position limit 1)
      order by xact, position limit ${limit})`);
  return rowCount ?? 0;
}
