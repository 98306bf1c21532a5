import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** What a part says of itself for the health page, with the database's time. */
export async function writeHeartbeat(db: Queryable, part: string, detail: object): Promise<void> {
  await db.query(sql`
    insert into middle.heartbeat (part, at, detail) values (${part}, now(), ${JSON.stringify(detail)})
    on conflict (part) do update set at = excluded.at, detail = excluded.detail`);
}
