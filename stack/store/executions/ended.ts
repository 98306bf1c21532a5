import sql from 'sql-template-tag';
import type { StepError } from '@middle/core/workflow/course.ts';
import type { Queryable } from '../database.ts';

export interface EndedExecution {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly output: unknown;
  readonly error: StepError | null;
}

/** Null while it is under way. */
export async function readEnded(db: Queryable, executionId: string): Promise<EndedExecution | null> {
  const { rows } = await db.query<EndedExecution>(
    sql`select state, output, error from middle.execution where id = ${executionId}`,
  );
  return rows[0] ?? null;
}
