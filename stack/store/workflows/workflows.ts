import sql from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Queryable, Transaction } from '../database.ts';
import { only } from '../only.ts';

export type Bindings = Readonly<Record<string, string>>;

/** Of which module a workflow is a copy. */
export interface CopyOf {
  readonly key: string;
  readonly title: string;
  /** That the copy is of. */
  readonly version: number;
}

interface WorkflowBase {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly notes: string;
  readonly enabled: boolean;
  readonly version: number | null;
  readonly publishedAt: Date | null;
  readonly isDraftChanged: boolean;
  readonly atOnce: number | null;
  readonly priority: number;
  readonly createdAt: Date;
  /** Null: it is the account's own. */
  readonly module: CopyOf | null;
  readonly draft: WorkflowDefinition;
}

/** A workflow as people see it, with its draft. */
export interface Workflow extends WorkflowBase {
  readonly bindings: Bindings;
  readonly draftRevision: number;
  readonly draftSavedBy: string;
  readonly draftSavedAt: Date;
}

/** One of a list. */
export interface WorkflowListed extends WorkflowBase {
  readonly triggers: number;
  readonly enabledTriggers: number;
  /** Executions under way, counted up to 1,000. */
  readonly open: number;
}

const BASE = sql`
  w.id, w.account_id as "accountId", w.name, w.notes, w.enabled, w.version, v.published_at as "publishedAt",
  v.definition is distinct from w.draft as "isDraftChanged", w.at_once as "atOnce", w.priority,
  w.created_at as "createdAt", w.draft,
  (select jsonb_build_object('key', m.key, 'title', m.title, 'version', o.version)
    from middle.module_opt_in o join middle.module m on m.id = o.module_id where o.id = w.opt_in_id) as module`;
const FROM = sql`
  from middle.workflow w
  left join middle.workflow_version v on v.workflow_id = w.id and v.version = w.version`;

export interface WorkflowPage {
  readonly accountId: string;
  readonly text?: string | undefined;
  readonly limit: number;
  readonly after?: { readonly name: string; readonly id: string } | undefined;
}

/** By name. */
export async function listWorkflows(
  db: Queryable,
  { accountId, text, limit, after }: WorkflowPage,
): Promise<readonly WorkflowListed[]> {
  const { rows } = await db.query<WorkflowListed>(sql`
    select ${BASE},
      (select count(*)::integer from middle.trigger t where t.workflow_id = w.id) as triggers,
      (select count(*)::integer from middle.trigger t where t.workflow_id = w.id and t.enabled) as "enabledTriggers",
      (select count(*)::integer from (
        select from middle.execution_open o where o.workflow_id = w.id limit 1000) capped) as open
    ${FROM}
    where w.account_id = ${accountId} and w.deleted_at is null
      and (${text ?? null}::text is null or strpos(lower(w.name), lower(${text ?? null}::text)) > 0)
      and (${after?.id ?? null}::uuid is null or (w.name, w.id) > (${after?.name ?? null}::text, ${after?.id ?? null}::uuid))
    order by w.name, w.id limit ${limit}`);
  return rows.map(withDefaults);
}

export async function getWorkflow(db: Queryable, id: string): Promise<Workflow | null> {
  return read(db, id, sql``);
}

/** The same, and nobody else changes it until the transaction's end. */
export async function lockWorkflow(client: Transaction, id: string): Promise<Workflow | null> {
  return read(client, id, sql`for update of w`);
}

async function read(db: Queryable, id: string, lock: Sql): Promise<Workflow | null> {
  const { rows } = await db.query<Workflow>(sql`
    select ${BASE}, w.bindings, w.draft_revision as "draftRevision", w.draft_saved_by as "draftSavedBy",
      w.draft_saved_at as "draftSavedAt"
    ${FROM} where w.id = ${id} and w.deleted_at is null ${lock}`);
  const [row] = rows;
  return row === undefined ? null : withDefaults(row);
}

/** What was saved before a field of definitions existed gets that field's default. */
function withDefaults<Row extends { readonly draft: unknown }>(
  row: Row,
): Row & { readonly draft: WorkflowDefinition } {
  return { ...row, draft: workflowDefinitionSchema.parse(row.draft) };
}

export interface NewWorkflow {
  readonly accountId: string;
  readonly name: string;
  readonly notes: string;
  readonly draft: WorkflowDefinition;
  readonly bindings: Bindings;
  readonly atOnce: number | null;
  readonly priority: number;
}

export async function insertWorkflow(db: Queryable, one: NewWorkflow, savedBy: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.workflow (account_id, name, notes, draft, draft_saved_by, bindings, at_once, priority)
    values (${one.accountId}, ${one.name}, ${one.notes}, ${JSON.stringify(one.draft)}, ${savedBy},
      ${JSON.stringify(one.bindings)}, ${one.atOnce}, ${one.priority})
    returning id`);
  return only(rows).id;
}

export async function changeWorkflow(
  db: Queryable,
  id: string,
  to: Pick<Workflow, 'name' | 'notes' | 'enabled' | 'bindings' | 'atOnce' | 'priority'>,
): Promise<void> {
  await db.query(sql`
    update middle.workflow set name = ${to.name}, notes = ${to.notes}, enabled = ${to.enabled},
      bindings = ${JSON.stringify(to.bindings)}, at_once = ${to.atOnce}, priority = ${to.priority}
    where id = ${id}`);
}

/** @returns the draft's new revision */
export async function saveDraft(
  db: Queryable,
  id: string,
  draft: WorkflowDefinition,
  savedBy: string,
): Promise<number> {
  const { rows } = await db.query<{ revision: number }>(sql`
    update middle.workflow set draft = ${JSON.stringify(draft)}, draft_revision = draft_revision + 1,
      draft_saved_by = ${savedBy}, draft_saved_at = now()
    where id = ${id} returning draft_revision as revision`);
  return only(rows).revision;
}

/** Its triggers go at once; its row stays for the sake of its history. What is under way is cancelled, or finishes. */
export async function deleteWorkflow(
  client: Transaction,
  id: string,
  by: string,
  underWay: 'cancel' | 'finish' = 'cancel',
): Promise<void> {
  const finishes = underWay === 'finish';
  await client.query(sql`delete from middle.trigger where workflow_id = ${id}`);
  await client.query(sql`
    update middle.workflow set deleted_at = now(), finishes = ${finishes} where id = ${id}`);
  if (finishes) return;
  await client.query(sql`
    update middle.execution_open set cancel_requested_at = clock_timestamp(), cancelled_by = ${by}
    where workflow_id = ${id} and cancel_requested_at is null`);
}

/** Cancels whatever is under way in an account that is about to be deleted. */
export async function cancelAccount(client: Transaction, accountId: string, by: string): Promise<void> {
  await client.query(sql`
    update middle.execution_open set cancel_requested_at = clock_timestamp(), cancelled_by = ${by}
    where workflow_id in (select id from middle.workflow where account_id = ${accountId})
      and cancel_requested_at is null`);
}

/** Of an account's workflows, those whose published version calls this one, by name. */
export async function listCallers(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const { rows } = await db.query<{ id: string; name: string }>(sql`
    select w.id, w.name ${FROM}
    where w.account_id = ${accountId} and w.deleted_at is null and w.id <> ${id}
      and jsonb_path_exists(v.definition, '$.** ? ((@.kind == "call" || @.kind == "bulk") && @.workflow == $id)',
        jsonb_build_object('id', ${id}::text))
    order by w.name limit 20`);
  return rows;
}
