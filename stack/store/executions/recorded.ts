import sql from 'sql-template-tag';
import { MiddleError } from '@middle/core/errors.ts';
import type { StepError } from '@middle/core/workflow/course.ts';
import { Redactor } from '@middle/core/workflow/redactor.ts';
import type { RecordedExecution } from '@middle/core/workflow/replay.ts';
import type { Database, Queryable } from '../database.ts';
import { readLog } from './load.ts';
import type { LoggedStep } from './load.ts';
import type { ExecutionCause } from './start.ts';

/** Seals by the stack's key, bound to a context; see the port of keys. */
export interface Opener {
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

/** An execution as it is kept, whether it is under way or has ended. */
export interface KeptExecution {
  readonly id: string;
  readonly accountId: string;
  readonly workflowId: string;
  readonly version: number;
  readonly cause: ExecutionCause;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sealed: Uint8Array | null;
  readonly variables: Uint8Array | null;
  readonly recordSetId: number | null;
  readonly recordId: string | null;
  readonly recordVersion: number | null;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  /** Null while it is under way. */
  readonly state: 'succeeded' | 'failed' | 'cancelled' | null;
  readonly output: unknown;
  readonly error: StepError | null;
  readonly endedIn: string | null;
}

const BOTH = sql`
  id, account_id as "accountId", workflow_id as "workflowId", version, cause, input, sealed, variables,
  record_set_id as "recordSetId", record_id as "recordId", record_version as "recordVersion",
  queued_at as "queuedAt", started_at as "startedAt"`;

export async function readKept(db: Queryable, id: string): Promise<KeptExecution | null> {
  const { rows } = await db.query<KeptExecution>(sql`
    select ${BOTH}, state, output, error, ended_in as "endedIn" from middle.execution where id = ${id}
    union all
    select ${BOTH}, null, null, null, null from middle.execution_open where id = ${id}`);
  return rows[0] ?? null;
}

/** With its log, both as they were at one moment. */
export interface ExecutionWithLog {
  readonly execution: KeptExecution;
  readonly log: readonly LoggedStep[];
}

/**
 * An execution without its log, for a repeat from the start.
 * @throws MiddleError not_found
 */
export async function readWithoutLog(db: Queryable, id: string): Promise<ExecutionWithLog> {
  const execution = await readKept(db, id);
  if (execution === null) throw new MiddleError('not_found', `there is no execution ${id}`);
  return { execution, log: [] };
}

/** JSON of a log that is held in memory at a time. */
const LOG_MAX_BYTES = 33_554_432;

/** @throws MiddleError not_found; execution_limit when its steps are too much to be held in memory */
export async function readWithLog(database: Database, id: string): Promise<ExecutionWithLog> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const execution = await readKept(client, id);
    if (execution === null) throw new MiddleError('not_found', `there is no execution ${id}`);
    const { rows } = await client.query<{ bytes: number }>(sql`
      select coalesce(sum(pg_column_size(r.*)), 0)::float8 as bytes from middle.step_run r where execution_id = ${id}`);
    const bytes = rows[0]?.bytes ?? 0;
    if (bytes > LOG_MAX_BYTES) {
      throw new MiddleError(
        'execution_limit',
        `the steps of this execution hold ${bytes.toLocaleString('en')} bytes; the most is ${LOG_MAX_BYTES.toLocaleString('en')}`,
      );
    }
    return { execution, log: await readLog(client, id) };
  });
}

/** An execution with its true values, and what hides them again. */
export interface OpenedExecution {
  readonly recorded: RecordedExecution;
  /** Its protected inputs by their keys. */
  readonly hidden: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
}

/** @throws MiddleError unsealing_failed when the stack's key is another one by now */
export async function openExecution(
  keys: Opener,
  { execution, log }: ExecutionWithLog,
): Promise<OpenedExecution> {
  const { id, cause, state, output, error, endedIn, startedAt, queuedAt } = execution;
  const hidden = (await openValues(keys, id, execution.sealed)) ?? {};
  const steps = log.map(async (step) => {
    const values = (await openValues(keys, id, step.sealed)) ?? {};
    return { ...step, ...('input' in values || 'output' in values ? values : {}) };
  });
  return {
    recorded: {
      id,
      cause,
      startedAt: startedAt ?? queuedAt,
      inputs: { ...execution.input, ...hidden },
      variables: await openValues(keys, id, execution.variables),
      steps: await Promise.all(steps),
      end: state === null ? null : { state, output, error, endedIn },
    },
    hidden,
    redactor: new Redactor(Object.values(hidden)),
  };
}

export async function openValues(
  keys: Opener,
  executionId: string,
  sealed: Uint8Array | null,
): Promise<Readonly<Record<string, unknown>> | null> {
  if (sealed === null) return null;
  const opened = await keys.open(sealed, `execution:${executionId}`);
  const values: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(opened).toString());
  return values;
}
