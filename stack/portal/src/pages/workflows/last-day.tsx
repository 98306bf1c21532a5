import { useCallback } from 'react';
import { useApi } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { formatCompact } from '../../ui/format.ts';

type Counts = Pick<
  Answer<'getExecutionStatistics'>['workflows'][number],
  'succeeded' | 'failed' | 'cancelled'
>;
/** Null: not known, since the API names no more workflows than those that failed most. */
export type DayCounts = (workflowId: string) => Counts | null;

const NAMED_MOST = 20;
const NONE: Counts = { succeeded: 0, failed: 0, cancelled: 0 };
const EVERY_MILLISECONDS = 15_000;

/** What became of the executions of each workflow of an account in the last 24 hours. */
export function useLastDay(accountId: string): DayCounts {
  const { data } = useApi(
    'getExecutionStatistics',
    { params: { accountId }, query: { hours: 24 } },
    { refetchInterval: EVERY_MILLISECONDS },
  );
  const workflows = data?.workflows;
  return useCallback(
    (id) => {
      if (workflows === undefined) return null;
      return (
        workflows.find(({ workflowId }) => workflowId === id) ?? (workflows.length < NAMED_MOST ? NONE : null)
      );
    },
    [workflows],
  );
}

export function LastDay({ counts }: { readonly counts: Counts | null }) {
  if (counts === null) return <span className="faint">–</span>;
  const { succeeded, failed } = counts;
  if (succeeded + failed === 0) return <span className="faint">none</span>;
  return (
    <span className="row num">
      {succeeded > 0 && (
        <span className="row">
          <span className="dot ok" aria-hidden />
          {formatCompact(succeeded)}
          <span className="visually-hidden"> succeeded</span>
        </span>
      )}
      {failed > 0 && (
        <span className="row">
          <span className="dot bad" aria-hidden />
          {formatCompact(failed)}
          <span className="visually-hidden"> failed</span>
        </span>
      )}
    </span>
  );
}
