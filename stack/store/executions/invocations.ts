import sql from 'sql-template-tag';
import type { InvocationOutcome, RunError } from '@middle/core/run-outcome.ts';
import type { Queryable } from '../database.ts';

/** An action's function that is about to run: written down before it does. */
export interface NewActionInvocation {
  readonly id: string;
  readonly connectionId: string;
  readonly functionKey: string;
  readonly attempt: number;
  readonly worker: string;
}

export async function beginInvocations(
  db: Queryable,
  invocations: readonly NewActionInvocation[],
): Promise<void> {
  if (invocations.length === 0) return;
  const all = <Value>(of: (one: NewActionInvocation) => Value): Value[] => invocations.map(of);
  await db.query(sql`
    insert into middle.invocation (id, connection_id, app_id, app_version_id, function_key, kind, attempt, fence, worker)
    select n.id, c.id, c.app_id, c.app_version_id, n.function_key, 'action', n.attempt, 1, n.worker
    from unnest(${all(({ id }) => id)}::uuid[], ${all(({ connectionId }) => connectionId)}::uuid[],
      ${all(({ functionKey }) => functionKey)}::text[], ${all(({ attempt }) => attempt)}::integer[],
      ${all(({ worker }) => worker)}::text[]) n(id, connection_id, function_key, attempt, worker)
    join middle.connection c on c.id = n.connection_id
    on conflict (id) do nothing`);
}

/** How the host saw an action's function end. */
export interface ActionInvocationEnd {
  readonly id: string;
  readonly outcome: InvocationOutcome;
  readonly error: RunError | null;
  readonly milliseconds: number;
  readonly start: string | null;
  /** How many messages it sent; null: unknown, since its worker went silent. */
  readonly messages: number | null;
}

export async function endActionInvocations(
  db: Queryable,
  ends: readonly ActionInvocationEnd[],
): Promise<void> {
  if (ends.length === 0) return;
  const all = <Value>(of: (one: ActionInvocationEnd) => Value): Value[] => ends.map(of);
  await db.query(sql`
    update middle.invocation i set state = 'ended', ended_at = clock_timestamp(), outcome = e.outcome,
      error = coalesce(e.error, i.error), final_sequence = coalesce(i.final_sequence, e.messages),
      duration_ms = e.milliseconds, start_kind = e.start
    from unnest(${all(({ id }) => id)}::uuid[], ${all(({ outcome }) => outcome)}::text[],
      ${all(({ error }) => (error === null ? null : JSON.stringify(error)))}::jsonb[],
      ${all(({ milliseconds }) => Math.round(milliseconds))}::integer[], ${all(({ start }) => start)}::text[],
      ${all(({ messages }) => messages)}::integer[])
      e(id, outcome, error, milliseconds, start, messages)
    where i.id = e.id and i.state = 'running'`);
}

/** What an action's messages said, once the intake has stored them all. */
export interface InvocationAnswer {
  readonly id: string;
  readonly result: unknown;
  readonly error: RunError | null;
  /** Every message it sent has been stored. */
  readonly isWhole: boolean;
}

export async function readAnswers(db: Queryable, ids: readonly string[]): Promise<InvocationAnswer[]> {
  const { rows } = await db.query<InvocationAnswer>(sql`
    select id, result, error, coalesce(applied_messages >= final_sequence, false) as "isWhole"
    from middle.invocation where id = any(${ids}::uuid[])`);
  return rows;
}
