import { Link, useNavigate } from '@tanstack/react-router';
import { useApi } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { SyncRun } from '../../data/types.ts';
import { RunState } from '../../parts/run-state.tsx';
import { KIND_TITLES, storedOf } from '../../parts/run-words.ts';
import { paths } from '../../paths.ts';
import { Count } from '../../ui/numbers.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import './home.css';

/** The last runs that ended, failures among them. */
export function RecentRuns() {
  const navigate = useNavigate();
  const poll = usePollInterval();
  const runs = useApi(
    'listSyncRuns',
    { query: { state: ['succeeded', 'failed', 'cancelled'], limit: 8 } },
    { refetchInterval: poll },
  );
  const items = runs.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title="Ended lately" flush>
      <Table
        label="Runs that ended lately"
        columns={COLUMNS}
        rows={items}
        rowKey={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: paths.run(id) })}
      />
    </Panel>
  );
}

const COLUMNS: readonly Column<SyncRun>[] = [
  {
    key: 'what',
    title: 'Record type',
    cell: ({ id, recordTypeTitle }) => (
      <span className="cell-main">
        <Link to={paths.run(id)}>{recordTypeTitle}</Link>
      </span>
    ),
  },
  {
    key: 'connection',
    title: 'Connection',
    hide: 'medium',
    cell: ({ connection }) => <span className="muted">{connection.name}</span>,
  },
  {
    key: 'kind',
    title: 'Kind',
    hide: 'narrow',
    cell: ({ kind }) => <span className="muted">{KIND_TITLES[kind]}</span>,
  },
  { key: 'state', title: 'State', width: '7.5rem', cell: ({ state }) => <RunState state={state} /> },
  {
    key: 'records',
    title: 'Records',
    width: '6rem',
    align: 'end',
    hide: 'narrow',
    cell: (run) => <Count value={storedOf(run)} />,
  },
  {
    key: 'duration',
    title: 'Duration',
    width: '6rem',
    align: 'end',
    hide: 'medium',
    cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
  },
  {
    key: 'at',
    title: 'Ended',
    width: '7.5rem',
    align: 'end',
    cell: ({ endedAt }) => <RelativeTime at={endedAt} />,
  },
];
