import { Link, useParams } from '@tanstack/react-router';
import { CircleStop, GitCompare, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { ExecutionDetail } from '../../data/types.ts';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatCount, formatDateTime } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { PartsBar, Progress } from '../../ui/progress.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import { AgainDialog } from './again-dialog.tsx';
import { ExecutionState } from './execution-state.tsx';
import { causeOf, isUnderWay } from './execution-words.ts';
import { Family } from './family.tsx';
import { Files } from './files.tsx';
import { Replay } from './replay.tsx';
import { Steps } from './steps.tsx';
import './executions.css';

/** While it is under way; the stream tells of ends, not of each step. */
const RUNNING_MILLISECONDS = 1_000;

export function ExecutionPage() {
  const params: { readonly execution?: string } = useParams({ strict: false });
  const executionId = params.execution ?? '';
  const poll = usePollInterval();
  const [isOpen, setOpen] = useState(true);
  const every = isOpen ? RUNNING_MILLISECONDS : poll;
  const query = useApi('getExecution', { params: { executionId } }, { refetchInterval: every });
  const now = query.data === undefined || isUnderWay(query.data);
  if (now !== isOpen) setOpen(now);
  return (
    <Loaded query={query} skeleton={<Page title="Execution">{null}</Page>}>
      {(execution) => <Execution key={execution.id} execution={execution} />}
    </Loaded>
  );
}

function Execution({ execution }: { readonly execution: ExecutionDetail }) {
  const { id, accountId, workflowId, workflowName, state, error } = execution;
  const account = useApi('getAccount', { params: { accountId } }).data;
  const [again, setAgain] = useState<{ readonly from: string | null } | null>(null);
  const [isReplay, setReplay] = useState(false);
  return (
    <Page
      title={`Execution of ${workflowName}`}
      crumbs={[
        ...(account === undefined ? [] : [{ label: account.name, to: paths.account(account.key) }]),
        { label: workflowName, to: paths.workflow(workflowId) },
        { label: 'Executions', to: paths.workflowExecutions(workflowId) },
      ]}
      description={
        <span className="row wrap">
          <ExecutionState state={state} />
          <span className="faint">
            {causeOf(execution)}, {formatDateTime(new Date(execution.queuedAt))}
          </span>
          <WaitingFor execution={execution} />
        </span>
      }
      actions={
        <ExecutionActions
          execution={execution}
          onAgain={() => setAgain({ from: null })}
          onReplay={() => setReplay(true)}
        />
      }
    >
      {error !== null && <FailureNotice error={error} />}
      <Bulk execution={execution} />
      <Files execution={execution} />
      {isReplay && <Replay execution={execution} onClose={() => setReplay(false)} />}
      <div className="columns">
        <Steps execution={execution} onAgainFrom={(from) => setAgain({ from })} />
        <div className="stack">
          <Facts execution={execution} />
          <Values title="Input" value={execution.input} />
          {execution.output !== null && <Values title="Output" value={execution.output} />}
          <Family execution={execution} />
        </div>
      </div>
      {again !== null && <AgainDialog executionId={id} from={again.from} onClose={() => setAgain(null)} />}
    </Page>
  );
}

function WaitingFor({
  execution: { state, nextAt, cancelRequested },
}: {
  readonly execution: ExecutionDetail;
}) {
  if (cancelRequested && state !== 'cancelled') return <span className="faint">It is being cancelled.</span>;
  if (state !== 'waiting' || nextAt === null) return null;
  return (
    <span className="faint">
      Goes on <RelativeTime at={nextAt} /> at the latest.
    </span>
  );
}

interface ActionsProps {
  readonly execution: ExecutionDetail;
  readonly onAgain: () => void;
  readonly onReplay: () => void;
}

function ExecutionActions({ execution, onAgain, onReplay }: ActionsProps) {
  const reason = useReason('executions.change', execution.accountId);
  const cancel = useAction('cancelExecution', {
    stale: ['getExecution', 'listExecutions', 'listStepRuns'],
    done: 'Cancelling it',
  });
  return (
    <>
      <Button icon={GitCompare} reason={reason} onClick={onReplay}>
        Replay
      </Button>
      {isUnderWay(execution) ? (
        <Button
          icon={CircleStop}
          look="danger"
          busy={cancel.isPending}
          reason={reason ?? (execution.cancelRequested ? 'It is being cancelled' : null)}
          onClick={() => cancel.mutate({ params: { executionId: execution.id } })}
        >
          Cancel
        </Button>
      ) : (
        <Button icon={RotateCcw} reason={reason} onClick={onAgain}>
          Run again
        </Button>
      )}
    </>
  );
}

function Facts({ execution }: { readonly execution: ExecutionDetail }) {
  const { id, version, queuedAt, startedAt, endedAt, steps, restarts, record, cancelledBy, parentId } =
    execution;
  return (
    <Panel title="Facts">
      <Properties
        items={[
          {
            name: 'Version',
            value: <Link to={paths.workflowVersions(execution.workflowId)}>{version}</Link>,
          },
          record === null
            ? null
            : {
                name: 'Record',
                value: (
                  <Link to={paths.record(record.connectionId, record.recordType, record.id)}>
                    {record.recordType} {record.id}
                  </Link>
                ),
              },
          execution.triggerId === null
            ? null
            : {
                name: 'Trigger',
                value: (
                  <Link to={paths.trigger(execution.triggerId)}>{execution.triggerName ?? 'deleted'}</Link>
                ),
              },
          parentId === null
            ? null
            : {
                name: 'Begun by',
                value: (
                  <Link to={paths.execution(parentId)}>
                    step {execution.parentPlace} of another execution
                  </Link>
                ),
              },
          { name: 'Waited', value: <Duration from={queuedAt} to={startedAt ?? endedAt} /> },
          { name: 'Took', value: <Duration from={startedAt} to={endedAt} /> },
          steps === null ? null : { name: 'Steps', value: formatCount(steps) },
          restarts === 0
            ? null
            : { name: 'Restarts', value: `${formatCount(restarts)}, as its worker went silent` },
          cancelledBy === null ? null : { name: 'Cancelled by', value: cancelledBy },
          {
            name: 'Id',
            value: (
              <span className="row">
                <code className="truncate">{id}</code>
                <CopyButton text={id} label="Copy the id" />
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function Values({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <Panel title={title}>
      <JsonView value={value} />
    </Panel>
  );
}

/** How far each bulk step is. */
function Bulk({ execution }: { readonly execution: ExecutionDetail }) {
  return execution.bulk.map((one) => {
    const { place, lookedAt, total, begun, succeeded, failed, cancelled, isRead } = one;
    const open = begun - succeeded - failed - cancelled;
    return (
      <Panel
        key={place}
        title={`Bulk step ${place}`}
        actions={
          <Link
            className="button plain sm"
            to={paths.workflowExecutions(one.workflowId)}
            search={{ parent: execution.id }}
          >
            Its executions
          </Link>
        }
      >
        <div className="stack tight">
          <span className="muted">
            {formatCount(lookedAt)}
            {total === null || isRead ? '' : ` of some ${formatCount(total)}`} records looked at,{' '}
            {formatCount(begun)} executions begun
          </span>
          {isUnderWay(execution) && (
            <Progress label={`Progress of ${place}`} done={isRead ? null : lookedAt} total={total} />
          )}
          {begun > 0 && (
            <PartsBar
              label="What became of them"
              parts={[
                { name: 'Succeeded', value: succeeded, tone: 'ok' },
                { name: 'Under way', value: open, tone: 'live' },
                { name: 'Failed', value: failed, tone: 'bad' },
                { name: 'Cancelled', value: cancelled, tone: 'idle' },
              ]}
            />
          )}
        </div>
      </Panel>
    );
  });
}
