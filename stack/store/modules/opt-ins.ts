import sql from 'sql-template-tag';
import type { ModuleProblem, Values } from '@middle/core/module/values.ts';
import type { Queryable, Transaction } from '../database.ts';
import { only } from '../only.ts';
import type { Bindings } from '../workflows/workflows.ts';

/** What an account chose of a module. */
export interface Choice {
  readonly features: readonly string[];
  readonly bindings: Bindings;
  readonly variables: Values;
  readonly triggersOn: boolean;
}

/** Why an account's copies could not become those of a version. */
export interface OptInProblem {
  readonly version: number;
  readonly at: string;
  readonly message: string;
  readonly problems: readonly ModuleProblem[];
}

/**
 * `current`: its copies are of the newest version. `updating`: a job is about to bring them there. `attention`: that
 * failed, and the copies are as they were.
 */
export type OptInState = 'current' | 'updating' | 'attention';

export interface OptIn extends Choice {
  readonly id: string;
  readonly accountId: string;
  readonly accountKey: string;
  readonly accountName: string;
  readonly moduleId: string;
  readonly moduleKey: string;
  /** That its copies are of. */
  readonly version: number;
  readonly state: OptInState;
  readonly problem: OptInProblem | null;
  readonly chosenBy: string;
  readonly chosenAt: Date;
  readonly appliedAt: Date;
}

const COLUMNS = sql`o.id, o.account_id as "accountId", a.key as "accountKey", a.name as "accountName",
  o.module_id as "moduleId", m.key as "moduleKey", o.version, o.features, o.bindings, o.variables,
  o.triggers_on as "triggersOn", o.chosen_by as "chosenBy", o.chosen_at as "chosenAt", o.applied_at as "appliedAt",
  case when o.version = m.version then 'current' when o.problem_version = m.version then 'attention'
    else 'updating' end as state,
  case when o.problem is not null then o.problem || jsonb_build_object('version', o.problem_version,
    'at', o.problem_at) end as problem`;
const FROM = sql`from middle.module_opt_in o join middle.module m on m.id = o.module_id
  join middle.account a on a.id = o.account_id`;

export async function getOptIn(db: Queryable, accountId: string, moduleId: string): Promise<OptIn | null> {
  const { rows } = await db.query<OptIn>(
    sql`select ${COLUMNS} ${FROM} where o.account_id = ${accountId} and o.module_id = ${moduleId}`,
  );
  return rows[0] ?? null;
}

export async function listOptInsOfAccount(db: Queryable, accountId: string): Promise<readonly OptIn[]> {
  const { rows } = await db.query<OptIn>(sql`select ${COLUMNS} ${FROM} where o.account_id = ${accountId}`);
  return rows;
}

/** By the account's name. */
export async function listOptInsOfModule(
  db: Queryable,
  page: {
    readonly moduleId: string;
    readonly limit: number;
    readonly after?: { readonly name: string; readonly id: string } | undefined;
  },
): Promise<readonly OptIn[]> {
  const { rows } = await db.query<OptIn>(sql`
    select ${COLUMNS} ${FROM} where o.module_id = ${page.moduleId}
      and (${page.after?.id ?? null}::uuid is null
        or (a.name, o.id) > (${page.after?.name ?? null}::text, ${page.after?.id ?? null}::uuid))
    order by a.name, o.id limit ${page.limit}`);
  return rows;
}

export async function lockOptIn(client: Transaction, id: string): Promise<OptIn | null> {
  const { rows } = await client.query<OptIn>(
    sql`select ${COLUMNS} ${FROM} where o.id = ${id} for update of o`,
  );
  return rows[0] ?? null;
}

export async function insertOptIn(
  client: Transaction,
  one: Choice & { readonly accountId: string; readonly moduleId: string; readonly version: number },
  by: string,
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(sql`
    insert into middle.module_opt_in (account_id, module_id, version, features, bindings, variables, triggers_on, chosen_by)
    values (${one.accountId}, ${one.moduleId}, ${one.version}, ${one.features}, ${JSON.stringify(one.bindings)},
      ${JSON.stringify(one.variables)}, ${one.triggersOn}, ${by})
    returning id`);
  return only(rows).id;
}

/** What it chose, by whom; absent: a new version was applied to what it had chosen. */
export async function saveOptIn(
  client: Transaction,
  id: string,
  to: Choice & { readonly version: number; readonly by?: string | undefined },
): Promise<void> {
  await client.query(sql`
    update middle.module_opt_in set version = ${to.version}, features = ${to.features},
      bindings = ${JSON.stringify(to.bindings)}, variables = ${JSON.stringify(to.variables)},
      triggers_on = ${to.triggersOn}, chosen_by = coalesce(${to.by ?? null}, chosen_by),
      chosen_at = case when ${to.by ?? null}::text is null then chosen_at else now() end,
      applied_at = now(), problem = null, problem_version = null, problem_at = null
    where id = ${id}`);
}

export async function deleteOptIn(client: Transaction, id: string): Promise<void> {
  await client.query(sql`delete from middle.module_opt_in where id = ${id}`);
}

/** One whose copies are of an older version and were not tried with the newest one yet. */
export async function nextBehind(
  db: Queryable,
  moduleId: string,
  except: readonly string[] = [],
): Promise<{ readonly id: string; readonly behind: number } | null> {
  const { rows } = await db.query<{ id: string; behind: number }>(sql`
    select o.id, count(*) over ()::integer as behind
    from middle.module_opt_in o join middle.module m on m.id = o.module_id
    where m.id = ${moduleId} and o.version < m.version and o.problem_version is distinct from m.version
      and o.id <> all(${except}::uuid[])
    order by o.id limit 1`);
  return rows[0] ?? null;
}

/** It stays at the version that it has, until it is tried again. */
export async function noteProblem(
  db: Queryable,
  id: string,
  problem: {
    readonly version: number;
    readonly message: string;
    readonly problems: readonly ModuleProblem[];
  },
): Promise<void> {
  const { message, problems, version } = problem;
  await db.query(sql`
    update middle.module_opt_in set problem = ${JSON.stringify({ message, problems })}, problem_version = ${version},
      problem_at = now()
    where id = ${id} and version < ${version}`);
}

/** Lets the next job try those again that need attention. @returns how many accounts are behind, these among them */
export async function forgetProblems(db: Queryable, moduleId: string): Promise<number> {
  const { rowCount } = await db.query(sql`
    update middle.module_opt_in o set problem = null, problem_version = null, problem_at = null
    from middle.module m where m.id = o.module_id and m.id = ${moduleId} and o.version < m.version`);
  return rowCount ?? 0;
}
