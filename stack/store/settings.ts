import sql from 'sql-template-tag';
import { DEFAULT_RETENTION, retentionSchema } from '@middle/core/retention.ts';
import type { Retention } from '@middle/core/retention.ts';
import type { Queryable } from './database.ts';

/** The stack's retention; the defaults where nothing was set, or something that no longer has a meaning. */
export async function readRetention(db: Queryable): Promise<Retention> {
  const { rows } = await db.query<{ value: unknown }>(
    sql`select value from middle.setting where key = 'retention'`,
  );
  const parsed = retentionSchema.safeParse(rows[0]?.value ?? {});
  return parsed.success ? parsed.data : DEFAULT_RETENTION;
}

export async function writeRetention(db: Queryable, retention: Retention): Promise<void> {
  await db.query(sql`
    insert into middle.setting (key, value) values ('retention', ${JSON.stringify(retention)}::jsonb)
    on conflict (key) do update set value = excluded.value, updated_at = now()`);
}
