import { useNavigate, useSearch } from '@tanstack/react-router';
import { keysOf } from '../data/keys.ts';
import { Activity, X } from 'lucide-react';
import { useApiPages } from '../data/api.ts';
import { isOpen, useLiveRuns, usePollInterval } from '../data/live.ts';
import type { SyncRun } from '../data/types.ts';
import { paths } from '../paths.ts';
import { AppIcon } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { words } from '../ui/format.ts';
import { List } from '../ui/list.tsx';
import { Count } from '../ui/numbers.tsx';
import { Panel } from '../ui/panel.tsx';
import { Select } from '../ui/select.tsx';
import type { Column } from '../ui/table.tsx';
import { Segments } from '../ui/tabs.tsx';
import { Duration, RelativeTime } from '../ui/time.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { RunState } from './run-state.tsx';
import { CAUSE_TITLES, KIND_TITLES, storedOf } from './run-words.ts';

const STATES = {
  all: undefined,
  open: ['queued', 'running', 'storing'],
  failed: ['failed'],
  succeeded: ['succeeded'],
  cancelled: ['cancelled'],
} as const satisfies Record<string, SyncRun['state'][] | undefined>;
type StateFilter = keyof typeof STATES;

interface RunFilters {
  readonly state: StateFilter;
  readonly kind: string;
  readonly cause: string;
  readonly recordType: string;
}

/** The filters live in the address, so that a link shows the same list. */
function useFilters(): readonly [RunFilters, (change: Partial<RunFilters>) => void] {
  const search: Partial<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const text = (key: string) => (typeof search[key] === 'string' ? search[key] : '');
  const filters: RunFilters = {
    state: oneOf(STATES, text('state')) ?? 'all',
    kind: text('kind'),
    cause: text('cause'),
    recordType: text('recordType'),
  };
  const set = (change: Partial<RunFilters>) => {
    const entries = Object.entries({ ...filters, ...change }).filter(
      ([, value]) => value !== '' && value !== 'all',
    );
    void navigate({ to: '.', search: Object.fromEntries(entries), replace: true });
  };
  return [filters, set];
}

interface RunsTableProps {
  readonly accountId?: string;
  readonly connectionId?: string;
}

/** A text of the address as one of the keys of a table, or undefined. */
function oneOf<K extends string>(table: Readonly<Record<K, unknown>>, text: string): K | undefined {
  return keysOf(table).find((key) => key === text);
}

export function RunsTable({ accountId, connectionId }: RunsTableProps) {
  const [filters, setFilters] = useFilters();
  const navigate = useNavigate();
  const live = useLiveRuns();
  const poll = usePollInterval();
  const kind = oneOf(KIND_TITLES, filters.kind);
  const cause = oneOf(CAUSE_TITLES, filters.cause);
  const state = STATES[filters.state];
  const query = {
    ...(accountId !== undefined && { accountId }),
    ...(connectionId !== undefined && { connectionId }),
    ...(state !== undefined && { state: [...state] }),
    ...(kind !== undefined && { kind }),
    ...(cause !== undefined && { cause }),
    ...(filters.recordType !== '' && { recordType: filters.recordType }),
  };
  const pages = useApiPages('listSyncRuns', { query }, { refetchInterval: poll });
  const items = pages.items.map((run) => live.get(run.id) ?? run);
  const filtered =
    filters.state !== 'all' || kind !== undefined || cause !== undefined || filters.recordType !== '';
  return (
    <>
      <RunToolbar filters={filters} onChange={setFilters} />
      <Panel flush>
        <List
          label="Sync runs"
          pages={{ ...pages, items }}
          columns={connectionId === undefined ? ALL_COLUMNS : OWN_COLUMNS}
          rowKey={(run) => run.id}
          onOpen={(run) => void navigate({ to: paths.run(run.id) })}
          empty={filtered ? <NoMatch onClear={() => setFilters(NO_FILTERS)} /> : <NoRuns />}
        />
      </Panel>
    </>
  );
}

const NO_FILTERS: RunFilters = { state: 'all', kind: '', cause: '', recordType: '' };
const STATE_NAMES: readonly StateFilter[] = ['all', 'open', 'failed', 'succeeded', 'cancelled'];

interface RunToolbarProps {
  readonly filters: RunFilters;
  readonly onChange: (change: Partial<RunFilters>) => void;
}

function RunToolbar({ filters, onChange }: RunToolbarProps) {
  return (
    <div className="toolbar">
      <Segments
        label="Outcome"
        value={filters.state}
        choices={STATE_NAMES.map((value) => ({ value, label: words(value) }))}
        onChange={(state) => onChange({ state })}
      />
      <Select
        slim
        aria-label="Kind"
        value={filters.kind}
        choices={[{ value: '', label: 'Any kind' }, ...choicesOf(KIND_TITLES)]}
        onChange={(kind) => onChange({ kind })}
      />
      <Select
        slim
        aria-label="Cause"
        value={filters.cause}
        choices={[{ value: '', label: 'Any cause' }, ...choicesOf(CAUSE_TITLES)]}
        onChange={(cause) => onChange({ cause })}
      />
      {filters.recordType !== '' && (
        <Button size="sm" icon={X} onClick={() => onChange({ recordType: '' })}>
          {filters.recordType}
        </Button>
      )}
    </div>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={Activity}
      title="No run matches"
      action={<Button onClick={onClear}>Show all runs</Button>}
    />
  );
}

function NoRuns() {
  return (
    <EmptyState icon={Activity} title="Nothing has run yet">
      Turn on a sync of a record type, or run one now, on the page of a connection.
    </EmptyState>
  );
}

function choicesOf(titles: Readonly<Record<string, string>>) {
  return Object.entries(titles).map(([value, label]) => ({ value, label }));
}

const CONNECTION: Column<SyncRun> = {
  key: 'connection',
  title: 'Connection',
  width: '12%',
  hide: 'medium',
  cell: ({ connection }) => (
    <span className="cell-main">
      <AppIcon small color={connection.iconColor} name={connection.appKey} />
      <span className="truncate muted">{connection.name}</span>
    </span>
  ),
};

const OWN_COLUMNS: readonly Column<SyncRun>[] = [
  {
    key: 'what',
    title: 'Record type',
    cell: (run) => (
      <span className="cell-main">
        <RunLink run={run} />
      </span>
    ),
  },
  {
    key: 'kind',
    title: 'Kind',
    width: '9.5rem',
    hide: 'narrow',
    cell: ({ kind }) => <span className="muted">{KIND_TITLES[kind]}</span>,
  },
  {
    key: 'cause',
    title: 'Cause',
    width: '8rem',
    hide: 'medium',
    cell: ({ cause, startedBy }) => (
      <span className="muted">
        {startedBy === null ? CAUSE_TITLES[cause] : `${CAUSE_TITLES[cause]}: ${startedBy}`}
      </span>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: '7rem',
    cell: ({ state, error }) =>
      error === null ? (
        <RunState state={state} />
      ) : (
        <Tooltip text={error.message}>
          <span>
            <RunState state={state} />
          </span>
        </Tooltip>
      ),
  },
  {
    key: 'records',
    title: 'Records',
    width: '5rem',
    align: 'end',
    hide: 'narrow',
    cell: (run) => <Count value={storedOf(run)} />,
  },
  {
    key: 'changed',
    title: 'Changed',
    width: '5rem',
    align: 'end',
    hide: 'medium',
    cell: ({ counts }) => <Count value={counts.created + counts.updated + counts.deleted} />,
  },
  {
    key: 'invalid',
    title: 'Invalid',
    width: '4.5rem',
    align: 'end',
    hide: 'medium',
    cell: ({ counts }) => <Count value={counts.invalid} />,
  },
  {
    key: 'duration',
    title: 'Duration',
    width: '5rem',
    align: 'end',
    hide: 'narrow',
    cell: (run) =>
      isOpen(run) || run.endedAt !== null ? <Duration from={run.startedAt} to={run.endedAt} /> : null,
  },
  {
    key: 'at',
    title: 'When',
    width: '6.5rem',
    align: 'end',
    cell: ({ queuedAt }) => <RelativeTime at={queuedAt} />,
  },
];

const [WHAT, ...REST] = OWN_COLUMNS;
const ALL_COLUMNS = WHAT === undefined ? OWN_COLUMNS : [WHAT, CONNECTION, ...REST];

function RunLink({ run }: { readonly run: SyncRun }) {
  const id = run.input['id'];
  return (
    <span className="truncate">
      {run.recordTypeTitle}
      {typeof id === 'string' && <span className="faint"> {id}</span>}
      {run.error !== null && <span className="faint"> {run.error.message}</span>}
    </span>
  );
}
