import { saveBalance } from '@middle/store/balance.ts';
import { daysMovedSince, knownDifferences, reconcileExecutions } from '@middle/store/execution-balance.ts';
import { deleteEmptyBooks, foldBooks } from '@middle/store/executions/books.ts';
import type { BalanceDeps } from './balance.ts';
import { tell } from './tell.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Counts of triggers are kept for 35 days: well within, both sides of their comparison are whole. */
const COUNT_DAYS = 30;
const BOOK_DAYS = 40;

/**
 * Reconciles executions: what was started is under way, has ended, or has expired. Looks at the days whose executions
 * moved since this moment, and at those with a difference.
 */
export async function reconcileWorkflows(
  { database, clock, log }: BalanceDeps,
  movedSince: Date,
): Promise<{ readonly workflows: number; readonly differences: number }> {
  await foldBooks(database);
  const now = clock.now();
  const known = await knownDifferences(database);
  const days = new Set([...(await daysMovedSince(database, movedSince)), ...known.map(({ day }) => day)]);
  const countsSince = dayOf(now, -COUNT_DAYS);
  const { figures, differences } = await reconcileExecutions(database, [...days], countsSince);
  let found = 0;
  const wereDifferent = new Set(known.map(({ workflowId }) => workflowId));
  for (const { workflowId, movedAt, counters } of figures) {
    const own = differences.get(workflowId) ?? [];
    if (own.length === 0 && movedAt < movedSince && !wereDifferent.has(workflowId)) continue;
    await saveBalance(database, {
      appId: null,
      connectionId: null,
      workflowId,
      counters: { ...counters },
      differences: own,
    });
    await tell({ database, log }, `workflow:${workflowId}`, own);
    found += own.length;
  }
  await deleteEmptyBooks(database, new Date(now.getTime() - BOOK_DAYS * DAY_MILLISECONDS));
  return { workflows: figures.length, differences: found };
}

function dayOf(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MILLISECONDS).toISOString().slice(0, 10);
}
