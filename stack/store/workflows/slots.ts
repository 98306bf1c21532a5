import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/** The key of a connection's app; null: there is no such connection any more. */
export async function appOfConnection(db: Queryable, connectionId: string): Promise<string | null> {
  const { rows } = await db.query<{ app: string }>(sql`
    select a.key as app from middle.connection c
    join middle.app_version v on v.id = c.app_version_id
    join middle.app a on a.id = v.app_id
    where c.id = ${connectionId}`);
  return rows[0]?.app ?? null;
}
