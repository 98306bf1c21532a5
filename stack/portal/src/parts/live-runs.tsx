import { Link } from '@tanstack/react-router';
import { isOpen, useLiveRuns } from '../data/live.ts';
import { useApi } from '../data/api.ts';
import { usePollInterval } from '../data/live.ts';
import type { SyncRun } from '../data/types.ts';
import { paths } from '../paths.ts';
import { AppIcon } from '../ui/badge.tsx';
import { formatCompact } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { Progress } from '../ui/progress.tsx';
import { Duration } from '../ui/time.tsx';
import { RunState } from './run-state.tsx';
import { KIND_TITLES, storedOf } from './run-words.ts';
import './live-runs.css';

/** Runs that are open now: from the stream, or by asking when there is none. */
export function useOpenRuns(where: (run: SyncRun) => boolean = () => true): readonly SyncRun[] {
  const live = useLiveRuns();
  const poll = usePollInterval();
  const asked = useApi(
    'listSyncRuns',
    { query: { state: ['queued', 'running', 'storing'], limit: 50 } },
    { refetchInterval: poll },
  );
  const runs = new Map((asked.data?.items ?? []).map((run) => [run.id, run]));
  for (const run of live.values()) runs.set(run.id, run);
  return [...runs.values()]
    .filter((run) => isOpen(run) && where(run))
    .sort((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1));
}

const SHOWN = 6;

export function LiveRuns({
  runs,
  title = 'Running now',
}: {
  readonly runs: readonly SyncRun[];
  readonly title?: string;
}) {
  if (runs.length === 0) return null;
  return (
    <Panel
      title={title}
      flush
      actions={runs.length > SHOWN && <span className="faint">{runs.length - SHOWN} more</span>}
    >
      {runs.slice(0, SHOWN).map((run) => (
        <LiveRun key={run.id} run={run} />
      ))}
    </Panel>
  );
}

function LiveRun({ run }: { readonly run: SyncRun }) {
  const { connection, recordTypeTitle, kind, progress, startedAt, endedAt } = run;
  const done = progress?.done ?? null;
  return (
    <Link to={paths.run(run.id)} className="list-row live-run">
      <AppIcon color={connection.iconColor} name={connection.appKey} />
      <span className="live-run-name">
        <span className="truncate strong">{recordTypeTitle}</span>
        <span className="truncate faint">
          {connection.name} · {KIND_TITLES[kind]}
        </span>
      </span>
      <span className="live-run-bar">
        <Progress label={`Progress of ${recordTypeTitle}`} done={done} total={progress?.total ?? null} />
      </span>
      <span className="live-run-count num">{formatCompact(storedOf(run))} records</span>
      <span className="live-run-time faint">
        <Duration from={startedAt} to={endedAt} />
      </span>
      <span className="live-run-state">
        <RunState state={run.state} />
      </span>
    </Link>
  );
}
