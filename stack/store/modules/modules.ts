import sql from 'sql-template-tag';
import { moduleContentSchema } from '@middle/core/module/content.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import type { Queryable, Transaction } from '../database.ts';
import { only } from '../only.ts';

/** Where a module was taken from, so that its workflows keep their keys when it is taken from there again. */
export interface Template {
  readonly accountId: string;
  /** Keys by the ids of the account's workflows. */
  readonly workflows: Readonly<Record<string, string>>;
}

export interface Module {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly version: number;
  readonly publishedAt: Date;
  readonly template: Template | null;
  /** Accounts that opted in. */
  readonly accounts: number;
  /** Those of them whose copies could not be brought to the newest version. */
  readonly attention: number;
}

const COLUMNS = sql`m.id, m.key, m.title, m.description, m.version, v.published_at as "publishedAt", m.template,
  (select count(*)::integer from middle.module_opt_in o where o.module_id = m.id) as accounts,
  (select count(*)::integer from middle.module_opt_in o
    where o.module_id = m.id and o.problem_version = m.version) as attention`;
const FROM = sql`from middle.module m join middle.module_version v on v.module_id = m.id and v.version = m.version`;

/** By title. There are as many as a vendor makes, so they are a whole list. */
export async function listModules(db: Queryable): Promise<readonly Module[]> {
  const { rows } = await db.query<Module>(sql`select ${COLUMNS} ${FROM} order by m.title, m.key limit 1000`);
  return rows;
}

export async function getModule(db: Queryable, key: string): Promise<Module | null> {
  const { rows } = await db.query<Module>(sql`select ${COLUMNS} ${FROM} where m.key = ${key}`);
  return rows[0] ?? null;
}

/** The same, and nobody publishes, deletes or opts in to it until the transaction's end. */
export async function lockModule(client: Transaction, key: string): Promise<Module | null> {
  // Apart: a row that changed while this waited is joined with what belonged to it before.
  await client.query(sql`select from middle.module where key = ${key} for update`);
  return getModule(client, key);
}

export interface ModuleVersion {
  readonly version: number;
  readonly notes: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
  readonly isInForce: boolean;
}

/** Newest first. */
export async function listModuleVersions(
  db: Queryable,
  page: { readonly moduleId: string; readonly limit: number; readonly after?: number | undefined },
): Promise<readonly ModuleVersion[]> {
  const { rows } = await db.query<ModuleVersion>(sql`
    select v.version, v.notes, v.published_by as "publishedBy", v.published_at as "publishedAt",
      v.version = m.version as "isInForce"
    from middle.module_version v join middle.module m on m.id = v.module_id
    where m.id = ${page.moduleId} and (${page.after ?? null}::integer is null or v.version < ${page.after ?? null})
    order by v.version desc limit ${page.limit}`);
  return rows;
}

export async function getModuleVersion(
  db: Queryable,
  moduleId: string,
  version: number,
): Promise<(ModuleVersion & { readonly content: ModuleContent }) | null> {
  const { rows } = await db.query<ModuleVersion & { content: unknown }>(sql`
    select v.version, v.notes, v.published_by as "publishedBy", v.published_at as "publishedAt",
      v.version = m.version as "isInForce", v.content
    from middle.module_version v join middle.module m on m.id = v.module_id
    where m.id = ${moduleId} and v.version = ${version}`);
  const [row] = rows;
  return row === undefined ? null : { ...row, content: moduleContentSchema.parse(row.content) };
}

/** Makes a version of the content the one in force; of a module that may be new. Without a template it keeps the one it had. */
export async function insertModuleVersion(
  client: Transaction,
  content: ModuleContent,
  more: { readonly notes: string; readonly by: string; readonly template: Template | null },
): Promise<{ readonly id: string; readonly version: number }> {
  const template = more.template === null ? null : JSON.stringify(more.template);
  const { rows } = await client.query<{ id: string; version: number }>(sql`
    insert into middle.module (key, title, description, version, template)
    values (${content.key}, ${content.title}, ${content.description}, 1, ${template})
    on conflict (key) do update set version = middle.module.version + 1, title = excluded.title,
      description = excluded.description, template = coalesce(excluded.template, middle.module.template)
    returning id, version`);
  const { id, version } = only(rows);
  await client.query(sql`
    insert into middle.module_version (module_id, version, content, notes, published_by)
    values (${id}, ${version}, ${JSON.stringify(content)}::jsonb, ${more.notes}, ${more.by})`);
  return { id, version };
}

export async function deleteModule(client: Transaction, id: string): Promise<void> {
  await client.query(sql`delete from middle.module where id = ${id}`);
}
