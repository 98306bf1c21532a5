import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

export interface ExecutionMoves {
  readonly accountId: string;
  readonly workflowId: string;
  /** Differs from what it was when executions were started or ended since; not a count of them. */
  readonly moved: string;
}

/**
 * How far the executions of each workflow have moved, from their books: as many rows as there are workflows and days,
 * and what the last seconds have brought, however many executions there are.
 */
export async function readMoves(db: Queryable): Promise<readonly ExecutionMoves[]> {
  // One of an older day that ends is noticed while its entry waits to be folded into the book.
  const { rows } = await db.query<ExecutionMoves>(sql`
    select account_id as "accountId", workflow_id as "workflowId",
      concat_ws(' ', sum(started), sum(succeeded), sum(failed), sum(cancelled)) as moved
    from (
      select account_id, workflow_id, started, succeeded, failed, cancelled from middle.execution_tally
      union all
      select account_id, workflow_id, started, succeeded, failed, cancelled from middle.execution_book
      where day >= (now() at time zone 'UTC')::date - 1
    ) books
    group by account_id, workflow_id`);
  return rows;
}
