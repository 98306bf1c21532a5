import { useNavigate } from '@tanstack/react-router';
import { RotateCcw, Search, Workflow, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useReason } from '../../data/access.ts';
import { useApi, useApiPages } from '../../data/api.ts';
import { keysOf } from '../../data/keys.ts';
import { usePollInterval } from '../../data/live.ts';
import type { Execution } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { words } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { List } from '../../ui/list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import type { Column } from '../../ui/table.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import { AgainManyDialog } from './again-many-dialog.tsx';
import { ExecutionState } from './execution-state.tsx';
import { CAUSE_TITLES, causeOf, isUnderWay } from './execution-words.ts';
import { NO_FILTERS, SPANS, STATES, isFiltered, queryOf, useExecutionFilters } from './filters.ts';
import type { ExecutionFilters } from './filters.ts';
import './executions.css';

interface ExecutionsTableProps {
  readonly accountId: string;
  /** Only those of this workflow. */
  readonly workflowId?: string;
  /** Only those that this record set off. */
  readonly record?: {
    readonly connectionId: string;
    readonly recordType: string;
    readonly recordId: string;
  };
}

/** Executions of an account, of a workflow or of a record, with filters that live in the address. */
export function ExecutionsTable({ accountId, workflowId, record }: ExecutionsTableProps) {
  const [filters, setFilters] = useExecutionFilters();
  const [isAgainOpen, setAgainOpen] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('executions.change', accountId);
  const poll = usePollInterval();
  const query = {
    ...queryOf(filters, Date.now()),
    ...(workflowId !== undefined && { workflowId }),
    ...record,
  };
  const pages = useApiPages('listExecutions', { params: { accountId }, query }, { refetchInterval: poll });
  const hasEnded = pages.items.some((one) => !isUnderWay(one));
  return (
    <>
      <ExecutionsToolbar
        accountId={accountId}
        isOfWorkflow={workflowId !== undefined}
        filters={filters}
        onChange={setFilters}
        again={
          record === undefined && (
            <Button
              size="sm"
              icon={RotateCcw}
              reason={reason ?? (hasEnded ? null : 'None of these has ended')}
              onClick={() => setAgainOpen(true)}
            >
              Run again…
            </Button>
          )
        }
      />
      <Panel flush>
        <List
          label="Executions"
          pages={pages}
          columns={workflowId === undefined ? ALL_COLUMNS : OWN_COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: paths.execution(id) })}
          empty={isFiltered(filters) ? <NoMatch onClear={() => setFilters(NO_FILTERS)} /> : <NoExecutions />}
        />
      </Panel>
      <AgainManyDialog
        key={String(isAgainOpen)}
        open={isAgainOpen}
        onClose={() => setAgainOpen(false)}
        accountId={accountId}
        filter={query}
      />
    </>
  );
}

interface ToolbarProps {
  readonly accountId: string;
  readonly isOfWorkflow: boolean;
  readonly filters: ExecutionFilters;
  readonly onChange: (change: Partial<ExecutionFilters>) => void;
  readonly again: ReactNode;
}

function ExecutionsToolbar({ accountId, isOfWorkflow, filters, onChange, again }: ToolbarProps) {
  return (
    <div className="toolbar">
      <SearchBox text={filters.text} onChange={(text) => onChange({ text })} />
      <Segments
        label="Outcome"
        value={filters.state}
        choices={keysOf(STATES).map((value) => ({
          value,
          label: value === 'open' ? 'Under way' : words(value),
        }))}
        onChange={(state) => onChange({ state })}
      />
      {!isOfWorkflow && (
        <WorkflowChoice
          accountId={accountId}
          value={filters.workflow}
          onChange={(workflow) => onChange({ workflow })}
        />
      )}
      <Select
        slim
        aria-label="Cause"
        value={filters.cause}
        choices={[
          { value: '', label: 'Any cause' },
          ...Object.entries(CAUSE_TITLES).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(value) => onChange({ cause: keysOf(CAUSE_TITLES).find((key) => key === value) ?? '' })}
      />
      <Select
        slim
        aria-label="When"
        value={filters.span}
        choices={keysOf(SPANS).map((value) => ({ value, label: SPANS[value] }))}
        onChange={(value) => onChange({ span: keysOf(SPANS).find((key) => key === value) ?? '' })}
      />
      {filters.parent !== '' && (
        <Button size="sm" icon={X} onClick={() => onChange({ parent: '' })}>
          Begun by one execution
        </Button>
      )}
      {filters.trigger !== '' && (
        <Button size="sm" icon={X} onClick={() => onChange({ trigger: '' })}>
          By one trigger
        </Button>
      )}
      <span className="grow" />
      {again}
    </div>
  );
}

const TYPING_MILLISECONDS = 300;

/** Asks once a person pauses. */
function SearchBox({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
    // Only what is typed asks.
  }, [typed]);
  return (
    <span className="search-box">
      <Search className="icon" aria-hidden />
      <Input
        type="search"
        aria-label="Words in their values, steps and errors"
        placeholder="Words in values, steps, errors"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </span>
  );
}

function WorkflowChoice({
  accountId,
  value,
  onChange,
}: {
  readonly accountId: string;
  readonly value: string;
  readonly onChange: (workflow: string) => void;
}) {
  const all = useApi('listWorkflows', { params: { accountId }, query: { limit: 200 } }).data?.items ?? [];
  return (
    <Select
      slim
      aria-label="Workflow"
      value={value}
      choices={[
        { value: '', label: 'Any workflow' },
        ...all.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onChange={onChange}
    />
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={Workflow}
      title="No execution matches"
      action={<Button onClick={onClear}>Show all executions</Button>}
    />
  );
}

function NoExecutions() {
  return (
    <EmptyState icon={Workflow} title="Nothing was executed yet">
      An execution begins when a trigger hears of a change, on a schedule, by hand, or through the real-time
      API.
    </EmptyState>
  );
}

const WHAT: Column<Execution> = {
  key: 'workflow',
  title: 'Workflow',
  cell: ({ workflowName, error }) => (
    <span className="truncate">
      {workflowName}
      {error !== null && <span className="faint"> {error.message}</span>}
    </span>
  ),
};

const RECORD: Column<Execution> = {
  key: 'record',
  title: 'Record',
  width: '16%',
  hide: 'medium',
  cell: ({ record }) =>
    record === null ? null : (
      <span className="truncate muted">
        {record.recordType} {record.id}
      </span>
    ),
};

const REST: readonly Column<Execution>[] = [
  {
    key: 'cause',
    title: 'Cause',
    width: '18%',
    hide: 'medium',
    cell: (one) => <span className="truncate muted">{causeOf(one)}</span>,
  },
  { key: 'state', title: 'State', width: '7.5rem', cell: ({ state }) => <ExecutionState state={state} /> },
  {
    key: 'duration',
    title: 'Duration',
    width: '6rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
  },
  {
    key: 'at',
    title: 'When',
    width: '6.5rem',
    align: 'end',
    cell: ({ queuedAt }) => <RelativeTime at={queuedAt} />,
  },
];

const ALL_COLUMNS: readonly Column<Execution>[] = [WHAT, RECORD, ...REST];

const OWN_COLUMNS: readonly Column<Execution>[] = [
  {
    key: 'record',
    title: 'Record',
    cell: ({ record, id, error }) => (
      <span className="truncate">
        {record === null ? <code>{id.slice(-12)}</code> : `${record.recordType} ${record.id}`}
        {error !== null && <span className="faint"> {error.message}</span>}
      </span>
    ),
  },
  {
    key: 'version',
    title: 'Version',
    width: '5rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ version }) => <span className="num muted">{version}</span>,
  },
  ...REST,
];
