import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../database.ts';
import { only } from '../only.ts';

/** A workflow of an account that is a copy of one of a module's. */
export interface Copy {
  readonly id: string;
  /** The key that it has in the module. */
  readonly key: string;
  readonly name: string;
}

/** By name. */
export async function listCopies(db: Queryable, optInId: string): Promise<readonly Copy[]> {
  const { rows } = await db.query<Copy>(sql`
    select id, module_workflow as key, name from middle.workflow
    where opt_in_id = ${optInId} and deleted_at is null order by name, id`);
  return rows;
}

/** One that nothing runs of yet; it gets its definition once all of the module have their ids. */
export async function insertCopy(
  client: Transaction,
  copy: {
    readonly accountId: string;
    readonly optInId: string;
    readonly key: string;
    readonly name: string;
    readonly atOnce: number | null;
    readonly priority: number;
    readonly by: string;
  },
): Promise<Copy> {
  const { rows } = await client.query<Copy>(sql`
    insert into middle.workflow (account_id, name, draft_saved_by, opt_in_id, module_workflow, at_once, priority)
    values (${copy.accountId}, ${copy.name}, ${copy.by}, ${copy.optInId}, ${copy.key}, ${copy.atOnce}, ${copy.priority})
    returning id, module_workflow as key, name`);
  return only(rows);
}

/** The copies and what came with them are the account's own from now on. */
export async function makeOwn(client: Transaction, ids: readonly string[]): Promise<void> {
  await client.query(sql`
    update middle.workflow set opt_in_id = null, module_workflow = null where id = any(${ids}::uuid[])`);
  await client.query(
    sql`update middle.trigger set module_trigger = null where workflow_id = any(${ids}::uuid[])`,
  );
}

/** A name that no other workflow of the account has: an account's own keep theirs. */
export async function freeWorkflowName(
  db: Queryable,
  wanted: {
    readonly accountId: string;
    readonly name: string;
    readonly module: string;
    readonly id: string | null;
  },
): Promise<string> {
  const { rows } = await db.query<{ name: string }>(sql`
    select name from middle.workflow where account_id = ${wanted.accountId} and deleted_at is null
      and id is distinct from ${wanted.id}::uuid and starts_with(name, ${wanted.name})`);
  return freeName(
    wanted.name,
    wanted.module,
    rows.map(({ name }) => name),
  );
}

/** The wanted name, or what comes nearest to it. */
export function freeName(wanted: string, module: string, taken: readonly string[]): string {
  const names = new Set(taken);
  if (!names.has(wanted)) return wanted;
  const base = `${wanted} (${module})`;
  let name = base;
  for (let number = 2; names.has(name); number += 1) name = `${base} ${number}`;
  return name;
}

/** By name, with what people want to know of them at a glance. */
export async function listCopiesShown(
  db: Queryable,
  optInId: string,
): Promise<
  readonly {
    readonly id: string;
    readonly name: string;
    readonly enabled: boolean;
    readonly triggers: number;
    readonly enabledTriggers: number;
  }[]
> {
  const { rows } = await db.query<{
    id: string;
    name: string;
    enabled: boolean;
    triggers: number;
    enabledTriggers: number;
  }>(sql`
    select w.id, w.name, w.enabled, count(t.id)::integer as triggers,
      count(t.id) filter (where t.enabled)::integer as "enabledTriggers"
    from middle.workflow w left join middle.trigger t on t.workflow_id = w.id
    where w.opt_in_id = ${optInId} and w.deleted_at is null
    group by w.id order by w.name, w.id`);
  return rows;
}
