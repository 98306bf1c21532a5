import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';

export interface AppSummary {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly notes: string;
  readonly iconColor: string;
  readonly visibility: 'hidden' | 'public' | 'allow_listed';
  readonly allowedAccounts: readonly string[];
  readonly latestVersion: string | null;
  readonly versions: number;
  readonly connections: number;
  readonly createdAt: Date;
}

const COLUMNS = sql`a.id, a.key, a.name, a.notes, a.icon_color as "iconColor", a.visibility,
  a.allowed_accounts as "allowedAccounts", a.created_at as "createdAt",
  (select v.version from middle.app_version v where v.app_id = a.id and v.state = 'on'
    order by v.switched_on_at desc limit 1) as "latestVersion",
  (select count(*)::int from middle.app_version v where v.app_id = a.id) as versions,
  (select count(*)::int from middle.connection c where c.app_id = a.id) as connections`;

export async function getApp(db: Queryable, key: string): Promise<AppSummary | null> {
  const { rows } = await db.query<AppSummary>(sql`select ${COLUMNS} from middle.app a where a.key = ${key}`);
  return rows[0] ?? null;
}

/** In the order of keys. `visible`: only apps that are public, or open to one of these accounts; null: every app. */
export async function listApps(
  db: Queryable,
  page: {
    readonly visible: readonly string[] | null;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<readonly AppSummary[]> {
  const visible =
    page.visible === null
      ? empty
      : sql`and (a.visibility = 'public' or a.visibility = 'allow_listed' and a.allowed_accounts && ${page.visible}::uuid[]
          or exists (select from middle.connection c where c.app_id = a.id and c.account_id = any(${page.visible})))`;
  const { rows } = await db.query<AppSummary>(sql`
    select ${COLUMNS} from middle.app a where true ${visible}
      ${page.after === undefined ? empty : sql`and a.key > ${page.after}`}
    order by a.key limit ${page.limit}`);
  return rows;
}

export interface AppChange {
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly iconColor?: string | undefined;
  readonly visibility?: AppSummary['visibility'] | undefined;
  readonly allowedAccounts?: readonly string[] | undefined;
}

export async function updateApp(db: Queryable, id: string, change: AppChange): Promise<void> {
  await db.query(sql`
    update middle.app set name = coalesce(${change.name ?? null}, name), notes = coalesce(${change.notes ?? null}, notes),
      icon_color = coalesce(${change.iconColor ?? null}, icon_color),
      visibility = coalesce(${change.visibility ?? null}, visibility),
      allowed_accounts = coalesce(${change.allowedAccounts ?? null}::uuid[], allowed_accounts)
    where id = ${id}`);
}

/** Its versions, files, bundles and credentials go with it. A connection that uses it makes this fail (23503). */
export async function deleteApp(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.app where id = ${id}`);
}

/** Makes the app when it is new; a push of a known one brings its name, notes and color up to date. Locks it. */
export async function putApp(
  db: Queryable,
  app: Pick<AppSummary, 'key' | 'name' | 'notes' | 'iconColor'>,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.app (key, name, notes, icon_color) values (${app.key}, ${app.name}, ${app.notes}, ${app.iconColor})
    on conflict (key) do update set name = excluded.name, notes = excluded.notes, icon_color = excluded.icon_color
    returning id`);
  return rows[0]?.id ?? '';
}
