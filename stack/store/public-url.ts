import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** Where browsers reach the portal; the API knows it and notes it for whoever writes links. */
export async function writePublicUrl(db: Queryable, url: string): Promise<void> {
  await db.query(sql`
    insert into middle.setting (key, value) values ('public_url', ${JSON.stringify(url)}::jsonb)
    on conflict (key) do update set value = excluded.value, updated_at = now()
    where setting.value <> excluded.value`);
}

/** Without a slash at its end; null: no API has run yet. */
export async function readPublicUrl(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ value: unknown }>(
    sql`select value from middle.setting where key = 'public_url'`,
  );
  const value = rows[0]?.value;
  return typeof value === 'string' ? value.replace(/\/+$/, '') : null;
}
