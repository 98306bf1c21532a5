import sql from 'sql-template-tag';
import type { StepError } from '@middle/core/workflow/course.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

/** A published version: what it does never changes. */
export async function readDefinition(
  db: Queryable,
  workflowId: string,
  version: number,
): Promise<WorkflowDefinition> {
  const { rows } = await db.query<{ definition: unknown }>(sql`
    select definition from middle.workflow_version where workflow_id = ${workflowId} and version = ${version}`);
  return workflowDefinitionSchema.parse(only(rows).definition);
}

/** Which connection fills each slot of a workflow, by slot. */
export async function readBindings(
  db: Queryable,
  workflowId: string,
): Promise<Readonly<Record<string, string>>> {
  const { rows } = await db.query<{ bindings: Record<string, string> }>(
    sql`select bindings from middle.workflow where id = ${workflowId}`,
  );
  return rows[0]?.bindings ?? {};
}

/** What an execution did so far. */
export interface LoggedStep {
  readonly sequence: number;
  readonly place: string;
  readonly kind: string;
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly branch: string | null;
  readonly attempts: number;
  readonly input: unknown;
  readonly output: unknown;
  readonly sealed: Uint8Array | null;
  readonly error: StepError | null;
  readonly tried: readonly unknown[];
  readonly invocationId: string | null;
  /** Taken over from the execution that this one runs again. */
  readonly reused: boolean;
  readonly queuedAt: Date;
  readonly startedAt: Date;
  readonly ranAt: Date | null;
  readonly storedAt: Date;
}

/** The step runs of an execution in their order. */
export async function readLog(db: Queryable, executionId: string): Promise<LoggedStep[]> {
  const { rows } = await db.query<LoggedStep>(sql`
    select sequence, place, kind, state, branch, attempts, input, output, sealed, error, coalesce(tried, '[]') as tried,
      invocation_id as "invocationId", reused, queued_at as "queuedAt", started_at as "startedAt", ran_at as "ranAt", stored_at as "storedAt"
    from middle.step_run where execution_id = ${executionId} order by sequence`);
  return rows;
}

/** The version of a workflow that a call gets; null when it was never published, or is deleted and doesn't finish. */
export async function readPublishedVersion(db: Queryable, workflowId: string): Promise<number | null> {
  const { rows } = await db.query<{ version: number | null }>(
    sql`select version from middle.workflow where id = ${workflowId} and (deleted_at is null or finishes)`,
  );
  return rows[0]?.version ?? null;
}
