import { useNavigate, useParams } from '@tanstack/react-router';
import { CircleStop, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import { isOpen, useLiveRuns, usePollInterval } from '../../data/live.ts';
import type { SyncRun } from '../../data/types.ts';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { QuarantineList } from '../../parts/quarantine-list.tsx';
import { RunState } from '../../parts/run-state.tsx';
import { CAUSE_TITLES, KIND_TITLES, storedOf } from '../../parts/run-words.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatBytes, formatCount, formatDateTime } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties, Stat, Stats } from '../../ui/panel.tsx';
import { PartsBar, Progress } from '../../ui/progress.tsx';
import { Duration } from '../../ui/time.tsx';
import { Attempts } from './attempts.tsx';
import { RunLogs } from './logs.tsx';
import './run.css';

const SLOW_MILLISECONDS = 5000;

export function RunPage() {
  const params: { readonly run?: string } = useParams({ strict: false });
  const poll = usePollInterval();
  const live = useLiveRuns().get(params.run ?? '');
  const [ended, setEnded] = useState(false);
  // Asked now and then even while the stream tells: an answer on its way may be older than what was told.
  const every = ended ? false : poll === false ? SLOW_MILLISECONDS : poll;
  const query = useApi('getSyncRun', { params: { runId: params.run ?? '' } }, { refetchInterval: every });
  const isEnded = query.data !== undefined && !isOpen(query.data);
  useEffect(() => setEnded(isEnded), [isEnded]);
  return (
    <Loaded query={query} skeleton={<Page title="Sync run">{null}</Page>}>
      {(run) => <Run run={live !== undefined && isOpen(run) ? live : run} />}
    </Loaded>
  );
}

function Run({ run }: { readonly run: SyncRun }) {
  const { connection, recordTypeTitle, counts } = run;
  return (
    <Page
      title={`${KIND_TITLES[run.kind]} of ${recordTypeTitle}`}
      crumbs={[
        { label: connection.name, to: paths.connection(connection.id) },
        { label: 'Sync history', to: paths.connectionRuns(connection.id) },
      ]}
      description={
        <span className="row wrap">
          <RunState state={run.state} />
          <span className="faint">
            {run.startedBy === null ? CAUSE_TITLES[run.cause] : `Started by ${run.startedBy}`},{' '}
            {formatDateTime(new Date(run.queuedAt))}
          </span>
        </span>
      }
      actions={<RunActions run={run} />}
    >
      {isOpen(run) && (
        <Progress
          label="Progress of the run"
          done={run.progress?.done ?? null}
          total={run.progress?.total ?? null}
        />
      )}
      {run.error !== null && <FailureNotice error={run.error} />}
      {run.warning !== null && (
        <Notice tone="warn">
          <strong>It went well, but deserves a look:</strong> {run.warning}.
        </Notice>
      )}
      <Counts run={run} />
      <div className="columns">
        <div className="stack">
          <RunLogs run={run} />
          {counts.invalid > 0 && (
            <>
              <h2 className="section-title">Records it set aside</h2>
              <QuarantineList runId={run.id} accountId={run.accountId} />
            </>
          )}
        </div>
        <div className="stack">
          <Facts run={run} />
          <Attempts run={run} />
        </div>
      </div>
    </Page>
  );
}

function RunActions({ run }: { readonly run: SyncRun }) {
  const navigate = useNavigate();
  const reason = useReason('syncs.run', run.accountId);
  const cancel = useAction('cancelSyncRun', {
    stale: ['getSyncRun', 'listSyncRuns'],
    done: 'Cancelling; its function is stopped',
  });
  const again = useAction('runSync', {
    stale: ['listSyncRuns'],
    done: 'Started again',
    onDone: ({ id }) => void navigate({ to: paths.run(id) }),
  });
  if (isOpen(run)) {
    return (
      <Button
        icon={CircleStop}
        look="danger"
        busy={cancel.isPending}
        reason={reason ?? (run.cancelRequested ? 'It is being cancelled' : null)}
        onClick={() => cancel.mutate({ params: { runId: run.id } })}
      >
        Cancel
      </Button>
    );
  }
  return (
    <Button
      icon={Play}
      busy={again.isPending}
      reason={reason}
      onClick={() => again.mutate({ params: { syncId: run.syncId }, body: inputOf(run) })}
    >
      Run again
    </Button>
  );
}

/** The same input again, as far as a person may give it. */
function inputOf({ kind, input }: SyncRun): { since?: string; until?: string; id?: string } {
  const { since, until, id } = input;
  if (kind === 'lookup') return typeof id === 'string' ? { id } : {};
  if (kind === 'recent') {
    return { ...(typeof since === 'string' && { since }), ...(typeof until === 'string' && { until }) };
  }
  return {};
}

function Counts({ run }: { readonly run: SyncRun }) {
  const { counts } = run;
  const parts = [
    { name: 'Created', value: counts.created, tone: 'ok' },
    { name: 'Updated', value: counts.updated, tone: 'live' },
    { name: 'Unchanged', value: counts.unchanged + counts.older, tone: 'idle' },
    { name: 'Deleted', value: counts.deleted, tone: 'bad' },
    { name: 'Invalid', value: counts.invalid, tone: 'warn' },
  ] as const;
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const seconds =
    run.startedAt === null
      ? 0
      : ((run.endedAt === null ? Date.now() : Date.parse(run.endedAt)) - Date.parse(run.startedAt)) / 1000;
  return (
    <section className="stack tight" aria-label="What it stored">
      <Stats>
        <Stat
          name="Records"
          value={formatCount(storedOf(run))}
          note={
            seconds >= 1 && storedOf(run) > 0
              ? `${formatCount(Math.round(storedOf(run) / seconds))} a second`
              : undefined
          }
        />
        {parts.map(({ name, value, tone }) => (
          <Stat
            key={name}
            name={name}
            value={formatCount(value)}
            tone={value > 0 && (tone === 'warn' || tone === 'bad') ? tone : undefined}
          />
        ))}
        <Stat
          name="Duration"
          value={<Duration from={run.startedAt} to={run.endedAt} />}
          note={formatBytes(run.bytes)}
        />
      </Stats>
      {total > 0 && <PartsBar label="Share of the records" parts={parts} />}
    </section>
  );
}

function Facts({ run }: { readonly run: SyncRun }) {
  const waited = run.startedAt === null ? null : Date.parse(run.startedAt) - Date.parse(run.queuedAt);
  return (
    <Panel title="Facts">
      <Properties
        items={[
          { name: 'Queued', value: formatDateTime(new Date(run.queuedAt)) },
          waited === null
            ? null
            : { name: 'Waited', value: <Duration from={run.queuedAt} to={run.startedAt} /> },
          { name: 'Attempts', value: `${String(run.attempts)} of ${String(run.maxAttempts)}` },
          run.counts.older > 0
            ? { name: 'Overtaken', value: `${formatCount(run.counts.older)} by newer emissions` }
            : null,
          {
            name: 'Id',
            value: (
              <span className="row">
                <code className="truncate">{run.id}</code>
                <CopyButton text={run.id} label="Copy the id" />
              </span>
            ),
          },
        ]}
      />
      {Object.keys(run.input).length > 0 && (
        <div className="stack tight">
          <span className="faint">Input</span>
          <JsonView value={run.input} />
        </div>
      )}
    </Panel>
  );
}
