import sql from 'sql-template-tag';
import { keptMailServerSchema } from '@middle/core/alert/mail-server.ts';
import type { MailServer } from '@middle/core/alert/mail-server.ts';
import type { Queryable } from '../database.ts';

/** What the password of the mail server is sealed for. */
export const MAIL_PASSWORD_CONTEXT = 'mail-server';

export interface KeptMailServer {
  readonly server: MailServer;
  /** Sealed by the stack's key; null: there is none. */
  readonly password: Uint8Array | null;
}

/** Null: no mail server is set up. */
export async function readMailServer(db: Queryable): Promise<KeptMailServer | null> {
  const { rows } = await db.query<{ value: unknown }>(
    sql`select value from middle.setting where key = 'mail_server'`,
  );
  const parsed = keptMailServerSchema.safeParse(rows[0]?.value);
  if (!parsed.success) return null;
  const { server, password } = parsed.data;
  return { server, password: password === null ? null : Buffer.from(password, 'base64') };
}

export async function writeMailServer(db: Queryable, { server, password }: KeptMailServer): Promise<void> {
  const value = { server, password: password === null ? null : Buffer.from(password).toString('base64') };
  await db.query(sql`
    insert into middle.setting (key, value) values ('mail_server', ${JSON.stringify(value)}::jsonb)
    on conflict (key) do update set value = excluded.value, updated_at = now()`);
}

export async function deleteMailServer(db: Queryable): Promise<void> {
  await db.query(sql`delete from middle.setting where key = 'mail_server'`);
}
