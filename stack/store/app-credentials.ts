import sql from 'sql-template-tag';
import { FORGET_TOKEN } from './connections.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

/** What an app itself needs to be known by: client id and secret. The payload is sealed as `app_credential:ID`. */
export interface AppCredential {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly payload: Uint8Array;
  readonly isDefault: boolean;
  readonly allowedAccounts: readonly string[];
  readonly createdAt: Date;
}

const COLUMNS = sql`id, name, description, payload, is_default as "isDefault", allowed_accounts as "allowedAccounts",
  created_at as "createdAt"`;

export async function listAppCredentials(db: Queryable, appId: string): Promise<readonly AppCredential[]> {
  const { rows } = await db.query<AppCredential>(
    sql`select ${COLUMNS} from middle.app_credential where app_id = ${appId} order by name`,
  );
  return rows;
}

export async function getAppCredential(
  db: Queryable,
  appId: string,
  id: string,
): Promise<AppCredential | null> {
  const { rows } = await db.query<AppCredential>(
    sql`select ${COLUMNS} from middle.app_credential where app_id = ${appId} and id = ${id}`,
  );
  return rows[0] ?? null;
}

/** The id comes from the caller, since the payload is sealed with it. */
export async function putAppCredential(
  db: Queryable,
  appId: string,
  credential: Omit<AppCredential, 'createdAt'>,
): Promise<AppCredential> {
  if (credential.isDefault) {
    await db.query(sql`
      update middle.app_credential set is_default = false where app_id = ${appId} and id <> ${credential.id}`);
  }
  await db.query(sql`
    update middle.connection set ${FORGET_TOKEN} from middle.app_credential k
    where k.id = app_credential_id and k.id = ${credential.id} and k.payload <> ${credential.payload}`);
  const { rows } = await db.query<AppCredential>(sql`
    insert into middle.app_credential (id, app_id, name, description, payload, is_default, allowed_accounts)
    values (${credential.id}, ${appId}, ${credential.name}, ${credential.description}, ${credential.payload},
      ${credential.isDefault}, ${credential.allowedAccounts})
    on conflict (id) do update set name = excluded.name, description = excluded.description,
      payload = excluded.payload, is_default = excluded.is_default, allowed_accounts = excluded.allowed_accounts
    returning ${COLUMNS}`);
  return only(rows);
}

/** A connection that uses it makes this fail (23503). */
export async function deleteAppCredential(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.app_credential where id = ${id}`);
}
