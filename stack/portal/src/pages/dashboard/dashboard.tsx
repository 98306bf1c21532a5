import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import { keysOf } from '../../data/keys.ts';
import { usePollInterval } from '../../data/live.ts';
import type { ExecutionStatistics } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { BarChart } from '../../ui/bar-chart.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatMilliseconds } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel, Stat, Stats } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { RelativeTime } from '../../ui/time.tsx';

const SPANS = { '1': '1 hour', '6': '6 hours', '24': '1 day', '168': '1 week', '672': '4 weeks' } as const;
type Span = keyof typeof SPANS;
const HOURS = { '1': 1, '6': 6, '24': 24, '168': 168, '672': 672 } as const satisfies Record<Span, number>;
const EVERY_MILLISECONDS = 10_000;

interface DashboardProps {
  readonly accountId: string;
  /** Only of this workflow. */
  readonly workflowId?: string;
}

/** What became of executions: over time, how long they took, and what waits now. */
export function Dashboard({ accountId, workflowId }: DashboardProps) {
  const search: { readonly hours?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const poll = usePollInterval();
  const span = keysOf(SPANS).find((key) => key === String(search.hours)) ?? '24';
  const query = useApi(
    'getExecutionStatistics',
    {
      params: { accountId },
      query: { hours: HOURS[span], ...(workflowId !== undefined && { workflowId }) },
    },
    { refetchInterval: poll === false ? EVERY_MILLISECONDS : poll },
  );
  return (
    <>
      <div className="toolbar">
        <Segments
          label="Time span"
          value={span}
          choices={keysOf(SPANS).map((value) => ({ value, label: SPANS[value] }))}
          onChange={(value) => void navigate({ to: '.', search: { hours: value }, replace: true })}
        />
      </div>
      <Loaded query={query}>
        {(statistics) => <Figures statistics={statistics} workflowId={workflowId} />}
      </Loaded>
    </>
  );
}

interface FiguresProps {
  readonly statistics: ExecutionStatistics;
  readonly workflowId: string | undefined;
}

function Figures({ statistics, workflowId }: FiguresProps) {
  const { total, now, buckets, workflows } = statistics;
  const ended = total.succeeded + total.failed + total.cancelled;
  const bars = buckets.map((bucket) => ({
    ...bucket,
    key: bucket.at,
    label: momentOf(bucket.at, statistics.bucketSeconds),
  }));
  return (
    <div className="stack">
      <Stats>
        <Stat name="Succeeded" value={formatCount(total.succeeded)} />
        <Stat
          name="Failed"
          value={formatCount(total.failed)}
          tone={total.failed > 0 ? 'bad' : undefined}
          note={ended === 0 ? undefined : `${share(total.failed, ended)} of those that ended`}
        />
        <Stat name="Cancelled" value={formatCount(total.cancelled)} />
        <Stat
          name="Median duration"
          value={took(total.ran?.p50)}
          note={`95% within ${took(total.ran?.p95)}`}
        />
        <Stat
          name="Under way"
          value={formatCount(now.ready + now.running + now.waiting)}
          note={`${formatCount(now.ready)} queued, ${formatCount(now.running)} running, ${formatCount(now.waiting)} waiting`}
        />
        <Stat
          name="Oldest queued"
          value={now.oldestReadyAt === null ? '—' : <RelativeTime at={now.oldestReadyAt} />}
        />
      </Stats>
      {ended === 0 ? (
        <Panel flush>
          <EmptyState icon={ChartColumn} title="Nothing ended in this time">
            Executions are counted here a few seconds after they end.
          </EmptyState>
        </Panel>
      ) : (
        <>
          <Panel title="Executions by outcome">
            <BarChart
              label="Executions that ended, by outcome"
              series={[
                { name: 'Succeeded', tone: 'ok' },
                { name: 'Failed', tone: 'bad' },
                { name: 'Cancelled', tone: 'idle' },
              ]}
              bars={bars.map(({ key, label, succeeded, failed, cancelled }) => ({
                key,
                label,
                values: [succeeded, failed, cancelled],
              }))}
            />
          </Panel>
          <div className="halves">
            <Panel title="How long they took">
              <Durations label="Durations" bars={bars} of="ran" />
            </Panel>
            <Panel title="How long they waited for their turn">
              <Durations label="Waits in the queue" bars={bars} of="waited" />
            </Panel>
          </div>
        </>
      )}
      {workflowId === undefined && workflows.length > 0 && <Workflows workflows={workflows} />}
    </div>
  );
}

type Bucket = ExecutionStatistics['buckets'][number] & { readonly key: string; readonly label: string };

function Durations({
  label,
  bars,
  of,
}: {
  readonly label: string;
  readonly bars: readonly Bucket[];
  readonly of: 'ran' | 'waited';
}) {
  return (
    <BarChart
      label={label}
      stacked={false}
      format={formatMilliseconds}
      series={[
        { name: 'Median', tone: 'live' },
        { name: '95% within', tone: 'warn' },
      ]}
      bars={bars.map((bucket) => ({
        key: bucket.key,
        label: bucket.label,
        values: [bucket[of]?.p50 ?? 0, bucket[of]?.p95 ?? 0],
      }))}
    />
  );
}

type Summed = ExecutionStatistics['workflows'][number];

function Workflows({ workflows }: { readonly workflows: readonly Summed[] }) {
  const navigate = useNavigate();
  return (
    <Panel title="By workflow, those that failed most first" flush>
      <Table
        label="Executions by workflow"
        columns={COLUMNS}
        rows={workflows}
        rowKey={({ workflowId }) => workflowId}
        onOpen={({ workflowId }) => void navigate({ to: paths.workflowDashboard(workflowId) })}
      />
    </Panel>
  );
}

const COLUMNS: readonly Column<Summed>[] = [
  {
    key: 'name',
    title: 'Workflow',
    cell: ({ workflowId, name }) => <Link to={paths.workflowDashboard(workflowId)}>{name}</Link>,
  },
  ...(['succeeded', 'failed', 'cancelled'] as const).map((key): Column<Summed> => ({
    key,
    title: { succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled' }[key],
    width: '7rem',
    align: 'end',
    hide: key === 'cancelled' ? 'narrow' : undefined,
    cell: (row) => <span className="num">{formatCount(row[key])}</span>,
  })),
];

function share(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(part > 0 && part / whole < 0.01 ? 2 : 0)}%`;
}

function took(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '—' : formatMilliseconds(milliseconds);
}

const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'short' });
const DAY_TIME = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: 'numeric' });

function momentOf(at: string, bucketSeconds: number): string {
  return (bucketSeconds < 3600 ? TIME : DAY_TIME).format(new Date(at));
}
