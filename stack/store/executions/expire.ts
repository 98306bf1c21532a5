import sql from 'sql-template-tag';
import type { Database, Queryable } from '../database.ts';
import { bookExpired } from './books.ts';

/** Executions that ended before this moment and whose own day had gone before they did. */
export async function deleteLateExecutions(database: Database, before: Date, limit: number): Promise<number> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ id: string }>(sql`
      select id from middle.execution_rest where ended_at < ${before} order by ended_at limit ${limit} for update`);
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await bookExpired(client, ids);
    await client.query(sql`delete from middle.execution_text where id = any(${ids}::uuid[])`);
    await client.query(sql`delete from middle.execution where id = any(${ids}::uuid[])`);
    return ids.length;
  });
}

/** Of executions that outlived their day, the step runs that they left behind when they expired. */
export async function deleteLeftOverSteps(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.step_run_rest where (execution_id, sequence) in (
      select execution_id, sequence from middle.step_run_rest s
      where not exists (select 1 from middle.execution_open o where o.id = s.execution_id)
        and not exists (select 1 from middle.execution e where e.id = s.execution_id)
      limit ${limit})`);
  return rowCount ?? 0;
}

/** Progress of bulk steps whose execution has expired. */
export async function deleteBulkRuns(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.bulk_run where (execution_id, place) in (
      select execution_id, place from middle.bulk_run b
      where began_at < ${before}
        and not exists (select 1 from middle.execution_open o where o.id = b.execution_id)
        and not exists (select 1 from middle.execution e where e.id = b.execution_id)
      limit ${limit})`);
  return rowCount ?? 0;
}

/**
 * Executions of accounts that were deleted, with their steps and words. The accounts are found by looking from one to the
 * next in the index, so this costs little when there are none.
 */
export async function deleteOrphanExecutions(database: Database, limit: number): Promise<number> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ id: string }>(sql`
      with recursive seen as (
        (select account_id from middle.execution order by account_id limit 1)
        union all
        select (select e.account_id from middle.execution e where e.account_id > s.account_id
          order by e.account_id limit 1)
        from seen s where s.account_id is not null
      )
      select e.id from seen s
      cross join lateral (select id from middle.execution where account_id = s.account_id limit ${limit}) e
      where s.account_id is not null and not exists (select 1 from middle.account a where a.id = s.account_id)
      limit ${limit}`);
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await client.query(sql`delete from middle.step_run where execution_id = any(${ids}::uuid[])`);
    await client.query(sql`delete from middle.execution_text where id = any(${ids}::uuid[])`);
    await client.query(sql`delete from middle.execution where id = any(${ids}::uuid[])`);
    return ids.length;
  });
}

/** The books of accounts that were deleted: there is nothing left to balance. */
export async function deleteOrphanBooks(db: Queryable): Promise<number> {
  const gone = sql`not exists (select 1 from middle.account a where a.id = t.account_id)`;
  await db.query(sql`delete from middle.execution_tally t where ${gone}`);
  const { rowCount } = await db.query(sql`delete from middle.execution_book t where ${gone}`);
  return rowCount ?? 0;
}
