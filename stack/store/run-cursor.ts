import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/**
 * Where a run goes on: the last progress of its newest invocation before which every message is applied. When that
 * invocation stored none, the run keeps the cursor it began from.
 */
export async function lastCursor(
  db: Queryable,
  runId: string,
): Promise<{ readonly cursor: unknown; readonly progressed: boolean }> {
  const { rows } = await db.query<{ cursor: unknown; progressed: boolean }>(sql`
    select coalesce(last.cursor, r.cursor) as cursor, coalesce(last.has_cursor, false) as progressed
    from middle.sync_run r
    left join lateral (
      select cursor, has_cursor from (
        select m.sequence, m.cursor, m.has_cursor, row_number() over (order by m.sequence) as place
        from middle.applied_message m
        where m.invocation_id = (
          select i.id from middle.invocation i where i.sync_run_id = r.id order by i.id desc limit 1)
      ) applied
      where sequence = place and has_cursor order by sequence desc limit 1
    ) last on true
    where r.id = ${runId}`);
  return rows[0] ?? { cursor: null, progressed: false };
}
