import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../database.ts';

/** Moves what transactions have counted into the books; whoever reads both in one snapshot sees each once. */
export async function foldBooks(db: Queryable): Promise<void> {
  await db.query(sql`
    with taken as (delete from middle.execution_tally returning *)
    insert into middle.execution_book as b
      (account_id, workflow_id, day, trigger_id, started, succeeded, failed, cancelled, expired)
    select account_id, workflow_id, day, trigger_id, sum(started), sum(succeeded), sum(failed), sum(cancelled), sum(expired)
    from taken group by account_id, workflow_id, day, trigger_id order by workflow_id, day, trigger_id
    on conflict (workflow_id, day, trigger_id) do update set started = b.started + excluded.started,
      succeeded = b.succeeded + excluded.succeeded, failed = b.failed + excluded.failed,
      cancelled = b.cancelled + excluded.cancelled, expired = b.expired + excluded.expired, moved_at = now()`);
}

/** Books ended executions as expired; call it before deleting them, in the same transaction. */
export async function bookExpired(client: Transaction, ids: readonly string[]): Promise<void> {
  await client.query(sql`
    insert into middle.execution_tally (account_id, workflow_id, trigger_id, day, started, succeeded, failed, cancelled, expired)
    select account_id, workflow_id, case when cause = 'trigger' then trigger_id end, middle.day_of(id), -count(*),
      -count(*) filter (where state = 'succeeded'), -count(*) filter (where state = 'failed'),
      -count(*) filter (where state = 'cancelled'), count(*)
    from middle.execution where id = any(${ids}::uuid[]) group by 1, 2, 3, 4`);
}

/** Days whose executions have all expired tell nothing any more once the counts of their triggers have gone too. */
export async function deleteEmptyBooks(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    sql`delete from middle.execution_book where started = 0 and day < ${before}::date`,
  );
  return rowCount ?? 0;
}
