import sql from 'sql-template-tag';
import type { RecordType } from '@middle/core/attribute.ts';
import type { ActionDefinition } from '@middle/core/manifest.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { WorkflowInterface, WorkflowSurroundings } from '@middle/core/workflow/scopes.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import type { Queryable } from '../database.ts';

/** What the connections in a workflow's slots offer, and the workflows that it calls: those of its account only. */
export async function readSurroundings(
  db: Queryable,
  accountId: string,
  definition: WorkflowDefinition,
  bindings: Readonly<Record<string, string>>,
): Promise<WorkflowSurroundings> {
  const slots = Object.entries(bindings);
  const { rows } = await db.query<{
    id: string;
    recordTypes: readonly RecordType[];
    actions: readonly ActionDefinition[] | null;
  }>(sql`
    select c.id, v.manifest -> 'actions' as actions, coalesce(
      (select jsonb_agg(s.definition order by s.position, s.id) from middle.record_set s where s.connection_id = c.id),
      '[]') as "recordTypes"
    from middle.connection c join middle.app_version v on v.id = c.app_version_id
    where c.id = any(${slots.map(([, id]) => id)}::uuid[]) and c.account_id = ${accountId}`);
  const recordTypes = new Map<string, readonly RecordType[]>();
  const actions = new Map<string, readonly ActionDefinition[]>();
  for (const [slot, id] of slots) {
    const connection = rows.find((row) => row.id === id);
    if (connection === undefined) continue;
    recordTypes.set(slot, connection.recordTypes);
    actions.set(slot, connection.actions ?? []);
  }
  return { recordTypes, actions, workflows: await readInterfaces(db, accountId, calledBy(definition)) };
}

function calledBy(definition: WorkflowDefinition): readonly string[] {
  const ids = [...walk(definition)].flatMap(({ step }) =>
    step.kind === 'call' || step.kind === 'bulk' ? [step.workflow] : [],
  );
  // A draft may leave open which one it calls.
  return [...new Set(ids)].filter((id) => id !== '');
}

async function readInterfaces(
  db: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, WorkflowInterface>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; name: string; definition: unknown }>(sql`
    select w.id, w.name, v.definition from middle.workflow w
    join middle.workflow_version v on v.workflow_id = w.id and v.version = w.version
    where w.id = any(${ids}::uuid[]) and w.account_id = ${accountId} and w.deleted_at is null`);
  return new Map(
    rows.map(({ id, name, definition }) => {
      const { inputs, output } = workflowDefinitionSchema.parse(definition);
      const fields = output.map(({ key, title }) => ({
        key,
        title,
        type: { kind: 'any', nullable: true } as const,
      }));
      return [id, { name, inputs, output: fields }];
    }),
  );
}
