import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/** Ticks that were fired before this moment: none of them can come again. */
export async function deleteTicks(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.trigger_tick where (trigger_id, tick) in (
      select trigger_id, tick from middle.trigger_tick where tick < ${before} order by tick limit ${limit})`);
  return rowCount ?? 0;
}

/** Events that gave up before this moment. */
export async function deleteGaveUp(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.trigger_requeue where id in (
      select id from middle.trigger_requeue where state = 'gave_up' and next_at < ${before} order by next_at limit ${limit})`);
  return rowCount ?? 0;
}

export async function deleteTriggerCounts(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.trigger_count where (trigger_id, hour) in (
      select trigger_id, hour from middle.trigger_count where hour < ${before} order by hour limit ${limit})`);
  return rowCount ?? 0;
}
