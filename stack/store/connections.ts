import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';
import { only } from './only.ts';
import { functionsAllowed } from './run-claims.ts';

export interface Connection {
  readonly id: string;
  readonly account: {
    readonly id: string;
    readonly key: string;
    readonly name: string;
    readonly enabled: boolean;
  };
  readonly app: { readonly key: string; readonly name: string; readonly iconColor: string };
  readonly versionId: string;
  readonly version: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly authConfig: string | null;
  /** Sealed as `connection:ID`. */
  readonly credentials: Uint8Array | null;
  readonly attention: string | null;
  readonly appCredentialId: string | null;
  readonly baseUrl: string | null;
  readonly developmentHosts: readonly string[];
  readonly rate: { readonly requests: number; readonly perSeconds: number } | null;
  /** Null: as the manifest says. */
  readonly functionsAtOnce: number | null;
  readonly functions: { readonly allowed: number; readonly running: number; readonly waiting: number };
  readonly createdAt: Date;
}

const COLUMNS = sql`c.id, c.name, c.enabled, c.auth_config as "authConfig", c.credentials, c.attention,
  c.app_credential_id as "appCredentialId", c.base_url as "baseUrl", c.development_hosts as "developmentHosts",
  c.created_at as "createdAt", c.app_version_id as "versionId", v.version,
  jsonb_build_object('id', a.id, 'key', a.key, 'name', a.name, 'enabled', a.enabled) as account,
  jsonb_build_object('key', p.key, 'name', p.name, 'iconColor', p.icon_color) as app,
  case when c.rate_requests is not null then
    jsonb_build_object('requests', c.rate_requests, 'perSeconds', c.rate_per_seconds) end as rate,
  c.functions_at_once as "functionsAtOnce",
  (select jsonb_build_object('allowed', ${functionsAllowed}, 'running', count(*) filter (where r.state = 'running'),
      'waiting', count(*) filter (where r.state = 'queued' and r.next_attempt_at <= now()))
    from middle.sync_run r where r.connection_id = c.id and r.state in ('queued', 'running')) as functions`;

const FROM = sql`from middle.connection c join middle.account a on a.id = c.account_id
  join middle.app p on p.id = c.app_id join middle.app_version v on v.id = c.app_version_id`;

export async function getConnection(db: Queryable, id: string): Promise<Connection> {
  const { rows } = await db.query<Connection>(sql`select ${COLUMNS} ${FROM} where c.id = ${id}`);
  return only(rows);
}

/** So that two changes at once come one after the other. */
export async function lockConnection(db: Queryable, id: string): Promise<void> {
  await db.query(sql`select from middle.connection where id = ${id} for update`);
}

export interface ConnectionFilter {
  /** Null: the connections of every account. */
  readonly visible: readonly string[] | null;
  readonly accountId?: string | undefined;
  readonly app?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last connection of the page before. */
export async function listConnections(
  db: Queryable,
  filter: ConnectionFilter,
): Promise<readonly Connection[]> {
  const { rows } = await db.query<Connection>(sql`
    select ${COLUMNS} ${FROM} where true
      ${filter.visible === null ? empty : sql`and c.account_id = any(${filter.visible})`}
      ${filter.accountId === undefined ? empty : sql`and c.account_id = ${filter.accountId}`}
      ${filter.app === undefined ? empty : sql`and p.key = ${filter.app}`}
      ${filter.after === undefined ? empty : sql`and c.id < ${filter.after}`}
    order by c.id desc limit ${filter.limit}`);
  return rows;
}

export interface NewConnection {
  /** From the caller, since the credentials are sealed with it. */
  readonly id: string;
  readonly accountId: string;
  readonly versionId: string;
  readonly appCredentialId: string | null;
  readonly name: string;
  readonly enabled: boolean;
  readonly authConfig: string | null;
  readonly credentials: Uint8Array | null;
  readonly baseUrl: string | null;
  readonly rate: Connection['rate'];
  readonly functionsAtOnce: number | null;
}

export async function addConnection(db: Queryable, connection: NewConnection): Promise<void> {
  await db.query(sql`
    insert into middle.connection (id, account_id, app_id, app_version_id, app_credential_id, name, enabled, auth_config,
      credentials, base_url, rate_requests, rate_per_seconds, functions_at_once)
    select ${connection.id}, ${connection.accountId}, v.app_id, v.id, ${connection.appCredentialId}, ${connection.name},
      ${connection.enabled}, ${connection.authConfig}, ${connection.credentials}, ${connection.baseUrl},
      ${connection.rate?.requests ?? null}, ${connection.rate?.perSeconds ?? null}, ${connection.functionsAtOnce}
    from middle.app_version v where v.id = ${connection.versionId}`);
}

export async function updateConnection(
  db: Queryable,
  id: string,
  to: Pick<Connection, 'name' | 'enabled' | 'appCredentialId' | 'baseUrl' | 'rate' | 'functionsAtOnce'>,
): Promise<void> {
  await db.query(sql`
    update middle.connection set ${FORGET_TOKEN}
    where id = ${id} and (app_credential_id, base_url) is distinct from (${to.appCredentialId}::uuid, ${to.baseUrl}::text)`);
  await db.query(sql`
    update middle.connection set name = ${to.name}, enabled = ${to.enabled}, app_credential_id = ${to.appCredentialId},
      base_url = ${to.baseUrl}, rate_requests = ${to.rate?.requests ?? null},
      rate_per_seconds = ${to.rate?.perSeconds ?? null}, functions_at_once = ${to.functionsAtOnce}
    where id = ${id}`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
}

/** A token is good for the credentials and the place it was made with; a renewal under way made it with the old ones. */
export const FORGET_TOKEN = sql`token = null, token_expires_at = null, token_renewal = null, token_renewal_until = null,
  token_renewed_at = null`;

/** New credentials end what was wrong with the old ones, and the token made with them. */
export async function setCredentials(
  db: Queryable,
  id: string,
  to: { readonly authConfig: string; readonly credentials: Uint8Array },
): Promise<void> {
  await db.query(sql`
    update middle.connection set auth_config = ${to.authConfig}, credentials = ${to.credentials}, ${FORGET_TOKEN},
      attention = null, attention_at = null
    where id = ${id}`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
}

export async function setConnectionVersion(db: Queryable, id: string, versionId: string): Promise<void> {
  await db.query(
    sql`update middle.connection set app_version_id = ${versionId}, ${FORGET_TOKEN} where id = ${id}`,
  );
}

export async function setDevelopmentHosts(
  db: Queryable,
  id: string,
  hosts: readonly string[],
): Promise<void> {
  await db.query(sql`update middle.connection set development_hosts = ${hosts} where id = ${id}`);
}

/** With its record sets, whose partitions are dropped. Earlier states of its records go when their days expire. */
export async function deleteConnection(db: Queryable, id: string): Promise<void> {
  const { rows } = await db.query<{ id: number }>(
    sql`select id from middle.record_set where connection_id = ${id} order by id`,
  );
  await db.query(sql`delete from middle.connection where id = ${id}`);
  for (const set of rows) await db.query(sql`select middle.drop_record_set_partition(${set.id})`);
}

/** The accounts that have a connection of each app, by the app's key. */
export async function accountsOfApps(db: Queryable): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ appKey: string; accountIds: string[] }>(sql`
    select a.key as "appKey", array_agg(distinct c.account_id::text) as "accountIds"
    from middle.connection c join middle.app a on a.id = c.app_id group by a.key`);
  return new Map(rows.map(({ appKey, accountIds }) => [appKey, accountIds]));
}
