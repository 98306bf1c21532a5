import sql, { empty, join } from 'sql-template-tag';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

/** A key as people see it: never a secret, only how each begins. */
export interface ApiKeyView {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Null: every endpoint of the account. */
  readonly workflowIds: string[] | null;
  readonly perMinute: number;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly secrets: {
    readonly prefix: string;
    readonly createdAt: string;
    readonly validUntil: string | null;
  }[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const TIME = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

const VIEW = sql`
  select k.id, k.account_id as "accountId", k.name, k.workflow_ids as "workflowIds", k.per_minute as "perMinute",
    k.expires_at as "expiresAt", k.revoked_at as "revokedAt",
    case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end as state,
    coalesce((select jsonb_agg(jsonb_build_object('prefix', s.prefix,
        'createdAt', to_char(s.created_at at time zone 'UTC', ${TIME}),
        'validUntil', to_char(s.valid_until at time zone 'UTC', ${TIME})) order by s.created_at desc)
      from middle.api_key_secret s
      where s.api_key_id = k.id and (s.valid_until is null or s.valid_until > now())), '[]') as secrets,
    k.created_by as "createdBy", k.created_at as "createdAt", k.last_used_at as "lastUsedAt"
  from middle.api_key k`;

/** Those that work first, then by name. */
export async function listApiKeys(db: Queryable, accountId: string): Promise<readonly ApiKeyView[]> {
  const { rows } = await db.query<ApiKeyView>(sql`
    ${VIEW} where k.account_id = ${accountId} order by k.revoked_at is not null, k.name, k.id limit 1000`);
  return rows;
}

export async function getApiKey(db: Queryable, id: string): Promise<ApiKeyView | null> {
  const { rows } = await db.query<ApiKeyView>(sql`${VIEW} where k.id = ${id}`);
  return rows[0] ?? null;
}

/** What people decide about a key. */
export interface ApiKeyRights {
  readonly name: string;
  readonly workflowIds: readonly string[] | null;
  readonly perMinute: number;
  readonly expiresAt: Date | string | null;
}

export async function insertApiKey(
  db: Queryable,
  key: ApiKeyRights & { readonly accountId: string; readonly createdBy: string },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.api_key (account_id, name, workflow_ids, per_minute, expires_at, created_by)
    values (${key.accountId}, ${key.name}, ${key.workflowIds}::uuid[], ${key.perMinute}, ${key.expiresAt},
      ${key.createdBy})
    returning id`);
  return only(rows).id;
}

export async function changeApiKey(
  db: Queryable,
  id: string,
  {
    name,
    workflowIds,
    perMinute,
    expiresAt,
  }: { readonly [K in keyof ApiKeyRights]?: ApiKeyRights[K] | undefined },
): Promise<void> {
  const sets = [
    name === undefined ? empty : sql`name = ${name}`,
    workflowIds === undefined ? empty : sql`workflow_ids = ${workflowIds}::uuid[]`,
    perMinute === undefined ? empty : sql`per_minute = ${perMinute}`,
    expiresAt === undefined ? empty : sql`expires_at = ${expiresAt}`,
  ].filter((part) => part !== empty);
  if (sets.length > 0) await db.query(sql`update middle.api_key set ${join(sets)} where id = ${id}`);
}

/** False when it was revoked before. Its secrets are forgotten: nothing brings them back. */
export async function revokeApiKey(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    sql`update middle.api_key set revoked_at = now() where id = ${id} and revoked_at is null`,
  );
  await db.query(sql`delete from middle.api_key_secret where api_key_id = ${id}`);
  return rowCount === 1;
}

/** Puts a secret into force. Those before it end after the grace time, or earlier when that was said before. */
export async function addSecret(
  db: Queryable,
  apiKeyId: string,
  secret: { readonly prefix: string; readonly hash: Uint8Array },
  graceSeconds: number,
): Promise<void> {
  await db.query(sql`
    update middle.api_key_secret
    set valid_until = least(valid_until, now() + make_interval(secs => ${graceSeconds}))
    where api_key_id = ${apiKeyId}`);
  await db.query(
    sql`delete from middle.api_key_secret where api_key_id = ${apiKeyId} and valid_until <= now()`,
  );
  await db.query(sql`
    insert into middle.api_key_secret (prefix, api_key_id, hash) values (${secret.prefix}, ${apiKeyId}, ${secret.hash})`);
}

/** Of these workflows those that are there and belong to the account. */
export async function workflowsOf(
  db: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    select id from middle.workflow
    where account_id = ${accountId} and deleted_at is null and id = any(${ids}::uuid[])`);
  return rows.map(({ id }) => id);
}

/** Who holds a secret that begins so. */
export interface ApiKeyHolder {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly accountId: string;
  readonly accountKey: string;
  readonly accountName: string;
  readonly accountEnabled: boolean;
  readonly workflowIds: string[] | null;
  readonly perMinute: number;
  /** It was not noted for a minute that the key is in use. */
  readonly useIsStale: boolean;
}

export async function findHolder(db: Queryable, prefix: string): Promise<ApiKeyHolder | null> {
  const { rows } = await db.query<ApiKeyHolder>(sql`
    select k.id, s.hash, a.id as "accountId", a.key as "accountKey", a.name as "accountName",
      a.enabled as "accountEnabled", k.workflow_ids as "workflowIds", k.per_minute as "perMinute",
      coalesce(k.last_used_at < now() - interval '1 minute', true) as "useIsStale"
    from middle.api_key_secret s
    join middle.api_key k on k.id = s.api_key_id
    join middle.account a on a.id = k.account_id
    where s.prefix = ${prefix} and (s.valid_until is null or s.valid_until > now())
      and (k.expires_at is null or k.expires_at > now()) and k.revoked_at is null`);
  return rows[0] ?? null;
}

/** Once a minute is enough to see that a key is in use; of many calls at a time one writes it. */
export async function noteUse(db: Queryable, apiKeyId: string): Promise<void> {
  await db.query(sql`
    update middle.api_key set last_used_at = now() where id = (
      select id from middle.api_key
      where id = ${apiKeyId} and (last_used_at is null or last_used_at < now() - interval '1 minute')
      for update skip locked)`);
}
