import { ChevronRight, RotateCcw, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useApiPages } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { ExecutionDetail, StepRun } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatMilliseconds, words } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { STEP_TONES, isUnderWay } from './execution-words.ts';
import { StepValues } from './step-values.tsx';
import { TimeBar } from './time-bar.tsx';

interface StepsProps {
  readonly execution: ExecutionDetail;
  readonly onAgainFrom: (place: string) => void;
}

const RUNNING_MILLISECONDS = 1_000;

/** What the execution did, step by step, on one scale of time. */
export function Steps({ execution, onAgainFrom }: StepsProps) {
  const poll = usePollInterval();
  const every = isUnderWay(execution) ? RUNNING_MILLISECONDS : poll;
  const pages = useApiPages(
    'listStepRuns',
    { params: { executionId: execution.id }, query: { limit: 200 } },
    { refetchInterval: every },
  );
  const { items } = pages;
  return (
    <Panel title="Steps" flush>
      {pages.isPending ? (
        <div className="panel-body">
          <Skeleton lines={4} />
        </div>
      ) : pages.error !== null && items.length === 0 ? (
        <div className="panel-body">
          <ErrorState error={pages.error} retry={() => void pages.refetch()} />
        </div>
      ) : items.length === 0 ? (
        <EmptyState icon={Workflow} title="No step has run">
          {execution.state === 'ready' ? 'It waits for its turn.' : 'It ended before its first step.'}
        </EmptyState>
      ) : (
        <ol className="step-runs">
          {items.map((step) => (
            <Step
              key={step.sequence}
              step={step}
              execution={execution}
              span={spanOf(execution, items)}
              onAgainFrom={onAgainFrom}
            />
          ))}
        </ol>
      )}
      <LoadMore
        shown={pages.hasNextPage}
        busy={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      />
    </Panel>
  );
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** From the first step's being queued to the end of the last; steps that were taken over are of another time. */
function spanOf({ queuedAt, endedAt }: ExecutionDetail, steps: readonly StepRun[]): TimeSpan {
  const own = steps.filter(({ reused }) => !reused);
  const begins = own.map((step) => Date.parse(step.queuedAt));
  const ends = own.map((step) => Date.parse(step.storedAt));
  const from = Math.min(...begins, Date.parse(queuedAt));
  return { from, to: Math.max(...ends, endedAt === null ? from : Date.parse(endedAt), from + 1) };
}

interface StepProps {
  readonly step: StepRun;
  readonly execution: ExecutionDetail;
  readonly span: TimeSpan;
  readonly onAgainFrom: (place: string) => void;
}

function Step({ step, execution, span, onAgainFrom }: StepProps) {
  const [isOpen, setOpen] = useState(step.state === 'failed');
  const reason = useReason('executions.change', execution.accountId);
  const { title, place, kind, state, branch, attempts, reused } = step;
  // Steps within others stand further in: as deep as there are turns around them.
  const depth = place.split('[').length - 1;
  return (
    <li className="step-run" data-state={state}>
      <button
        type="button"
        className="step-run-head"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        style={{ paddingLeft: `calc(var(--s4) + ${String(depth * 1.1)}rem)` }}
      >
        <ChevronRight className="icon step-run-arrow" aria-hidden />
        <span className={`dot ${STEP_TONES[state]}`} aria-hidden />
        <span className="step-run-title">
          <span className="truncate">{title}</span>
          <span className="faint truncate">
            {words(kind)} <code>{place}</code>
          </span>
        </span>
        <span className="step-run-marks">
          <span className="visually-hidden">{words(state)}</span>
          {branch !== null && <Badge>{BRANCHES[branch] ?? branch}</Badge>}
          {attempts > 1 && <Badge tone="warn">{attempts} attempts</Badge>}
          {reused && <Badge>Taken over</Badge>}
        </span>
        {!reused && <TimeBar step={step} span={span} />}
        <span className="num faint step-run-took">{reused ? '' : tookOf(step)}</span>
      </button>
      {isOpen && (
        <div className="step-run-body">
          <StepValues step={step} />
          {!isUnderWay(execution) && (
            <div className="row">
              <Button size="sm" icon={RotateCcw} reason={reason} onClick={() => onAgainFrom(place)}>
                Run again from here
              </Button>
            </div>
          )}
        </div>
      )}
    </li>
  );
}

/** The names of blocks in words; a case of a switch goes by its own key. */
const BRANCHES: Readonly<Record<string, string>> = {
  whenTrue: 'Yes',
  whenFalse: 'No',
  otherwise: 'Otherwise',
  onDeadline: 'Deadline passed',
  onError: 'Went wrong',
  block: 'Items',
};

function tookOf({ state, startedAt, ranAt, storedAt }: StepRun): string {
  if (state === 'running' || state === 'waiting') return '…';
  return formatMilliseconds(Date.parse(ranAt ?? storedAt) - Date.parse(startedAt));
}
