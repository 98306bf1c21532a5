import sql, { empty } from 'sql-template-tag';
import type { Manifest } from '@middle/core/manifest.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

export const VERSION_STATES = ['draft', 'on', 'off'] as const;
export type VersionState = (typeof VERSION_STATES)[number];

export interface AppVersionSummary {
  readonly id: string;
  readonly appKey: string;
  readonly version: string;
  readonly state: VersionState;
  readonly digest: string;
  readonly declaredHosts: readonly string[];
  readonly approvedHosts: readonly string[];
  readonly connections: number;
  readonly pushedBy: string;
  readonly pushedAt: Date;
  readonly switchedOnAt: Date | null;
}

export interface AppVersion extends AppVersionSummary {
  readonly manifest: Manifest;
  readonly functions: readonly {
    readonly key: string;
    readonly kind: 'sync' | 'action' | 'auth' | 'webhook';
    readonly digest: string;
  }[];
}

const SUMMARY = sql`v.id, a.key as "appKey", v.version, v.state, v.digest,
  coalesce(v.manifest -> 'egress' -> 'hosts', '[]') as "declaredHosts", v.approved_hosts as "approvedHosts",
  (select count(*)::int from middle.connection c where c.app_version_id = v.id) as connections,
  v.pushed_by as "pushedBy", v.pushed_at as "pushedAt", v.switched_on_at as "switchedOnAt"`;

const WHOLE = sql`${SUMMARY}, v.manifest,
  coalesce((select jsonb_agg(jsonb_build_object('key', b.function_key, 'kind', b.kind, 'digest', b.digest)
    order by b.function_key) from middle.function_bundle b where b.app_version_id = v.id), '[]') as functions`;

const FROM = sql`from middle.app_version v join middle.app a on a.id = v.app_id`;

export async function getAppVersion(
  db: Queryable,
  appKey: string,
  version: string,
): Promise<AppVersion | null> {
  const { rows } = await db.query<AppVersion>(
    sql`select ${WHOLE} ${FROM} where a.key = ${appKey} and v.version = ${version}`,
  );
  return rows[0] ?? null;
}

export async function getAppVersionById(db: Queryable, id: string): Promise<AppVersion> {
  const { rows } = await db.query<AppVersion>(sql`select ${WHOLE} ${FROM} where v.id = ${id}`);
  return only(rows);
}

/** The version that new connections get: of those that are on, the one switched on last. */
export async function getLatestVersion(db: Queryable, appKey: string): Promise<AppVersion | null> {
  const { rows } = await db.query<AppVersion>(sql`
    select ${WHOLE} ${FROM} where a.key = ${appKey} and v.state = 'on' order by v.switched_on_at desc limit 1`);
  return rows[0] ?? null;
}

/** Newest first; `after` is the id of the last version of the page before. */
export async function listAppVersions(
  db: Queryable,
  page: { readonly appKey: string; readonly limit: number; readonly after?: string | undefined },
): Promise<readonly AppVersionSummary[]> {
  const { rows } = await db.query<AppVersionSummary>(sql`
    select ${SUMMARY} ${FROM} where a.key = ${page.appKey}
      ${page.after === undefined ? empty : sql`and v.id < ${page.after}`}
    order by v.id desc limit ${page.limit}`);
  return rows;
}

export interface NewVersion {
  readonly appId: string;
  readonly version: string;
  readonly manifest: Manifest;
  readonly digest: string;
  readonly pushedBy: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bundles: readonly {
    readonly key: string;
    readonly kind: string;
    readonly engine: string;
    readonly digest: string;
    readonly code: string;
  }[];
}

/** Stores a draft, in place of an earlier draft of the same version. Hosts that were approved for this app before stay so. */
export async function putDraft(db: Queryable, draft: NewVersion): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.app_version (app_id, version, manifest, digest, pushed_by, approved_hosts)
    values (${draft.appId}, ${draft.version}, ${JSON.stringify(draft.manifest)}, ${draft.digest}, ${draft.pushedBy},
      array(select distinct host from middle.app_version v, unnest(v.approved_hosts) host
        where v.app_id = ${draft.appId} and host = any(${draft.manifest.egress.hosts}) order by host))
    on conflict (app_id, version) do update set manifest = excluded.manifest, digest = excluded.digest,
      pushed_by = excluded.pushed_by, pushed_at = now(), approved_hosts = excluded.approved_hosts
    returning id`);
  const { id } = only(rows);
  await db.query(sql`delete from middle.app_file where app_version_id = ${id}`);
  await db.query(sql`delete from middle.function_bundle where app_version_id = ${id}`);
  const files = [...draft.files];
  await db.query(sql`
    insert into middle.app_file (app_version_id, path, content)
    select ${id}, path, content
    from unnest(${files.map(([path]) => path)}::text[], ${files.map(([, content]) => Buffer.from(content))}::bytea[])
      given(path, content)`);
  for (const bundle of draft.bundles) {
    await db.query(sql`
      insert into middle.function_bundle (app_version_id, function_key, kind, engine, digest, code)
      values (${id}, ${bundle.key}, ${bundle.kind}, ${bundle.engine}, ${bundle.digest}, ${bundle.code})`);
  }
  return id;
}

/** Switching on again makes it the latest. */
export async function setVersionState(db: Queryable, id: string, state: 'on' | 'off'): Promise<void> {
  await db.query(sql`
    update middle.app_version set state = ${state},
      switched_on_at = case when ${state} = 'on' then clock_timestamp() else switched_on_at end
    where id = ${id}`);
}

export async function setApprovedHosts(db: Queryable, id: string, hosts: readonly string[]): Promise<void> {
  await db.query(sql`update middle.app_version set approved_hosts = ${hosts} where id = ${id}`);
}

/** A connection that uses it makes this fail (23503). */
export async function deleteVersion(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.app_version where id = ${id}`);
}

export async function listFiles(
  db: Queryable,
  versionId: string,
): Promise<readonly { path: string; bytes: number }[]> {
  const { rows } = await db.query<{ path: string; bytes: number }>(sql`
    select path, length(content) as bytes from middle.app_file where app_version_id = ${versionId} order by path`);
  return rows;
}

export async function readFileOf(db: Queryable, versionId: string, path: string): Promise<Uint8Array | null> {
  const { rows } = await db.query<{ content: Uint8Array }>(sql`
    select content from middle.app_file where app_version_id = ${versionId} and path = ${path}`);
  return rows[0]?.content ?? null;
}

export async function readFiles(db: Queryable, versionId: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { rows } = await db.query<{ path: string; content: Uint8Array }>(sql`
    select path, content from middle.app_file where app_version_id = ${versionId} order by path`);
  return new Map(rows.map(({ path, content }) => [path, content]));
}
