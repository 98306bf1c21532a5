import sql from 'sql-template-tag';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Queryable, Transaction } from '../database.ts';
import { only } from '../only.ts';

export interface PublishedVersion {
  readonly version: number;
  readonly notes: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
  readonly isInForce: boolean;
}

/** Makes a definition the version in force. The caller holds the workflow's lock. @returns its number */
export async function insertVersion(
  client: Transaction,
  workflowId: string,
  {
    definition,
    notes,
    by,
  }: { readonly definition: WorkflowDefinition; readonly notes: string; readonly by: string },
): Promise<number> {
  const { rows } = await client.query<{ version: number }>(sql`
    insert into middle.workflow_version (workflow_id, version, definition, notes, published_by)
    select ${workflowId}, coalesce(max(version), 0) + 1, ${JSON.stringify(definition)}::jsonb, ${notes}, ${by}
    from middle.workflow_version where workflow_id = ${workflowId}
    returning version`);
  const { version } = only(rows);
  await client.query(sql`update middle.workflow set version = ${version} where id = ${workflowId}`);
  return version;
}

/** Newest first. */
export async function listVersions(
  db: Queryable,
  page: { readonly workflowId: string; readonly limit: number; readonly after?: number | undefined },
): Promise<readonly PublishedVersion[]> {
  const { rows } = await db.query<PublishedVersion>(sql`
    select v.version, v.notes, v.published_by as "publishedBy", v.published_at as "publishedAt",
      v.version = w.version as "isInForce"
    from middle.workflow_version v join middle.workflow w on w.id = v.workflow_id
    where v.workflow_id = ${page.workflowId} and (${page.after ?? null}::integer is null or v.version < ${page.after ?? null})
    order by v.version desc limit ${page.limit}`);
  return rows;
}

export async function getVersion(
  db: Queryable,
  workflowId: string,
  version: number,
): Promise<(PublishedVersion & { readonly definition: WorkflowDefinition }) | null> {
  const { rows } = await db.query<PublishedVersion & { definition: unknown }>(sql`
    select v.version, v.notes, v.published_by as "publishedBy", v.published_at as "publishedAt",
      v.version = w.version as "isInForce", v.definition
    from middle.workflow_version v join middle.workflow w on w.id = v.workflow_id
    where v.workflow_id = ${workflowId} and v.version = ${version}`);
  const [row] = rows;
  return row === undefined ? null : { ...row, definition: workflowDefinitionSchema.parse(row.definition) };
}
