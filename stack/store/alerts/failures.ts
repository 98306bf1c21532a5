import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/**
 * Counts failures and successes of workflows among these executions, in the transaction that takes them from the outbox.
 * Successes matter only of workflows that have failed.
 */
export async function noteOutcomes(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const sorted = [...ids].sort();
  // The range leaves the days out that none of them is of.
  const ended = sql`
    select e.id, e.workflow_id, e.state, e.ended_at, e.error from middle.execution e
    where e.id = any(${ids}::uuid[]) and e.id >= ${sorted[0]}::uuid and e.id <= ${sorted.at(-1)}::uuid`;
  await db.query(sql`
    with failed as (
      select e.* from (${ended} and e.state = 'failed') e join middle.workflow w on w.id = e.workflow_id
    ), minutes as (
      insert into middle.workflow_failure_minute as m (workflow_id, minute, failures)
      select workflow_id, date_trunc('minute', ended_at), count(*) from failed group by 1, 2 order by 1, 2
      on conflict (workflow_id, minute) do update set failures = m.failures + excluded.failures
    )
    insert into middle.workflow_failure as f (workflow_id, failures, failed_at, execution_id, error)
    select workflow_id, count(*), max(ended_at), (array_agg(id order by ended_at desc, id desc))[1],
      (array_agg(error order by ended_at desc, id desc))[1]
    from failed group by workflow_id order by workflow_id
    on conflict (workflow_id) do update set failures = f.failures + excluded.failures,
      failed_at = greatest(f.failed_at, excluded.failed_at),
      execution_id = case when excluded.failed_at >= f.failed_at then excluded.execution_id else f.execution_id end,
      error = case when excluded.failed_at >= f.failed_at then excluded.error else f.error end`);
  await db.query(sql`
    update middle.workflow_failure f set succeeded_at = greatest(f.succeeded_at, s.ended_at)
    from (
      select e.workflow_id, max(e.ended_at) as ended_at from (${ended} and e.state = 'succeeded') e group by e.workflow_id
    ) s
    where f.workflow_id = s.workflow_id`);
}

/** Forgets what no rule can ask for any more. */
export async function deleteOldFailures(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.workflow_failure_minute where (workflow_id, minute) in (
      select workflow_id, minute from middle.workflow_failure_minute where minute < ${before} order by minute limit ${limit})`);
  return rowCount ?? 0;
}
