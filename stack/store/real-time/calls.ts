import sql from 'sql-template-tag';
import type { StepError } from '@middle/core/workflow/course.ts';
import type { Queryable } from '../database.ts';

/** A call that names an idempotency key. */
export interface NamedCall {
  readonly apiKeyId: string;
  readonly idempotencyKey: string;
  readonly digest: Uint8Array;
  /** The execution that it would start. */
  readonly executionId: string;
}

/** What a call with an idempotency key came to. */
export interface NotedCall {
  readonly digest: Uint8Array;
  readonly executionId: string;
}

/**
 * Notes the call, unless the same key was used before. Waits for one under way with the same key, so the answer is
 * the same for both.
 * @returns what is noted under this key now
 */
export async function noteCall(db: Queryable, call: NamedCall): Promise<NotedCall> {
  await db.query(sql`
    insert into middle.api_call (api_key_id, idempotency_key, digest, execution_id)
    values (${call.apiKeyId}, ${call.idempotencyKey}, ${call.digest}, ${call.executionId}) on conflict do nothing`);
  const { apiKeyId, idempotencyKey } = call;
  return (await findCall(db, apiKeyId, idempotencyKey)) ?? call;
}

/** What is noted under this idempotency key; null: nothing yet. */
export async function findCall(
  db: Queryable,
  apiKeyId: string,
  idempotencyKey: string,
): Promise<NotedCall | null> {
  const { rows } = await db.query<NotedCall>(sql`
    select digest, execution_id as "executionId" from middle.api_call
    where api_key_id = ${apiKeyId} and idempotency_key = ${idempotencyKey}`);
  return rows[0] ?? null;
}

/** Forgets calls older than this; returns how many. */
export async function deleteCalls(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.api_call where (api_key_id, idempotency_key) in (
      select api_key_id, idempotency_key from middle.api_call where called_at < ${before} order by called_at
      limit ${limit})`);
  return rowCount ?? 0;
}

/** An execution as its caller may see it. */
export interface CalledExecution {
  readonly id: string;
  readonly state: 'ready' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly output: unknown;
  readonly error: StepError | null;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** Of these executions those that have ended. */
export async function readEndings(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly CalledExecution[]> {
  const { rows } = await db.query<CalledExecution>(sql`
    select id, state, output, error, queued_at as "queuedAt", started_at as "startedAt", ended_at as "endedAt"
    from middle.execution where id = any(${ids}::uuid[])`);
  return rows;
}

/** An execution that this key started; null: there is none. */
export async function findCalled(
  db: Queryable,
  id: string,
  startedBy: string,
): Promise<CalledExecution | null> {
  // The open one first: one that ends in between is found as ended.
  const { rows: open } = await db.query<CalledExecution>(sql`
    select id, state, null as output, null as error, queued_at as "queuedAt", started_at as "startedAt",
      null as "endedAt"
    from middle.execution_open where id = ${id} and cause = 'api' and started_by = ${startedBy}`);
  if (open[0] !== undefined) return open[0];
  const { rows } = await db.query<CalledExecution>(sql`
    select id, state, output, error, queued_at as "queuedAt", started_at as "startedAt", ended_at as "endedAt"
    from middle.execution where id = ${id} and cause = 'api' and started_by = ${startedBy}`);
  return rows[0] ?? null;
}
