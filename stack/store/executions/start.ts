import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

export type ExecutionCause = 'trigger' | 'person' | 'workflow' | 'bulk' | 'api' | 'again';

/** An execution as it is asked for. The version is the workflow's published one at that moment. */
export interface NewExecution {
  readonly id: string;
  readonly workflowId: string;
  readonly version: number;
  readonly cause: ExecutionCause;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sealed?: Uint8Array | null;
  /** The first values of its variables, sealed, when it takes them over; see migration 0035. */
  readonly variables?: Uint8Array | null;
  readonly startedBy?: string | null;
  readonly triggerId?: string | null;
  readonly parent?: { readonly id: string; readonly place: string } | null;
  readonly again?: { readonly of: string; readonly from: string | null } | null;
  readonly record?: {
    readonly recordSetId: number;
    readonly id: string;
    readonly version: number | null;
  } | null;
  /** Among executions of its workflow, higher first. */
  readonly priority?: number;
}

/** What a bulk step begins waits behind what a person or a change begins. */
export const BULK_PRIORITY = -1;

/**
 * Writes executions down, so that from here on none of them is lost. An id that is there already is left alone: who
 * starts one with an id of its own making may do so twice.
 * @returns how many are new
 */
export async function startExecutions(db: Queryable, executions: readonly NewExecution[]): Promise<number> {
  if (executions.length === 0) return 0;
  const all = <Value>(of: (one: NewExecution) => Value): Value[] => executions.map(of);
  const { rows } = await db.query<{ started: number }>(sql`
    with started as (
    insert into middle.execution_open (id, account_id, workflow_id, version, cause, started_by, trigger_id, parent_id,
      parent_place, again_of, again_from, record_set_id, record_id, record_version, input, sealed, variables, priority)
    select n.id, w.account_id, n.workflow_id, n.version, n.cause, n.started_by, n.trigger_id, n.parent_id, n.parent_place,
      n.again_of, n.again_from, n.record_set_id, n.record_id, n.record_version, n.input, n.sealed, n.variables, n.priority
    from unnest(
      ${all(({ id }) => id)}::uuid[],
      ${all(({ workflowId }) => workflowId)}::uuid[],
      ${all(({ version }) => version)}::integer[],
      ${all(({ cause }) => cause)}::text[],
      ${all(({ startedBy }) => startedBy ?? null)}::text[],
      ${all(({ triggerId }) => triggerId ?? null)}::uuid[],
      ${all(({ parent }) => parent?.id ?? null)}::uuid[],
      ${all(({ parent }) => parent?.place ?? null)}::text[],
      ${all(({ again }) => again?.of ?? null)}::uuid[],
      ${all(({ again }) => again?.from ?? null)}::text[],
      ${all(({ record }) => record?.recordSetId ?? null)}::integer[],
      ${all(({ record }) => record?.id ?? null)}::text[],
      ${all(({ record }) => record?.version ?? null)}::integer[],
      ${all(({ input }) => JSON.stringify(input))}::jsonb[],
      ${all(({ sealed }) => sealed ?? null)}::bytea[],
      ${all(({ variables }) => variables ?? null)}::bytea[],
      ${all(({ priority }) => priority ?? 0)}::smallint[]
    ) n(id, workflow_id, version, cause, started_by, trigger_id, parent_id, parent_place, again_of, again_from,
      record_set_id, record_id, record_version, input, sealed, variables, priority)
    join middle.workflow w on w.id = n.workflow_id
    on conflict (id) do nothing
    returning id, account_id, workflow_id, case when cause = 'trigger' then trigger_id end as trigger_id
    ), counted as (
      insert into middle.execution_tally (account_id, workflow_id, trigger_id, day, started)
      select account_id, workflow_id, trigger_id, middle.day_of(id), count(*) from started group by 1, 2, 3, 4
    )
    select count(*)::integer as started from started`);
  return only(rows).started;
}

/** Wakes the workers; within the transaction that started something, it is heard when that commits. */
export async function announceExecutions(db: Queryable): Promise<void> {
  await db.query(sql`select pg_notify('middle_execution', '')`);
}
