import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import type { Health } from '../../data/types.ts';
import { StatusDot } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { formatBytes, formatDateTime, plural, words } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Bytes, Count } from '../../ui/numbers.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties, Stat, Stats } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { BackupsPanel } from './backups.tsx';
import { SearchIndexPanel } from './search-index.tsx';
import { StalledSyncs } from './stalled-syncs.tsx';
import './stack.css';

const POLL_MILLISECONDS = 5000;
type Part = NonNullable<Health['parts']>[number];

export function HealthPage() {
  const unseen = useReason('health.read');
  return (
    <Page title="Health" description="How the parts of this stack are.">
      {unseen === null ? <Body /> : <Notice>{unseen}</Notice>}
    </Page>
  );
}

function Body() {
  const query = useApi('getHealth', undefined, { refetchInterval: POLL_MILLISECONDS });
  return (
    <Loaded query={query}>
      {(health) => (
        <>
          {health.preview !== null && (
            <Notice>
              This stack only shows what was at {formatDateTime(new Date(health.preview))}: nothing can be
              changed, and nothing runs.
            </Notice>
          )}
          <Figures health={health} />
          <Parts health={health} />
          <StalledSyncs health={health} />
          <div className="halves">
            <Versions health={health} />
            <Database health={health} />
          </div>
          <BackupsPanel health={health} />
          <SearchIndexPanel />
        </>
      )}
    </Loaded>
  );
}

function toneOf(state: string): Tone {
  if (state === 'running' || state === 'ready' || state === 'up') return 'ok';
  return state === 'starting' || state === 'stopping' || state === 'waiting' ? 'warn' : 'bad';
}

function Figures({ health }: { readonly health: Health }) {
  const parts = health.parts ?? [];
  const memory = parts.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0);
  const restarts = parts.reduce((sum, part) => sum + part.restarts, 0);
  const wrong = parts.filter(({ state }) => toneOf(state) === 'bad').length;
  return (
    <Stats>
      <Stat
        name="Parts"
        value={health.parts === null ? '—' : `${String(parts.length - wrong)} of ${String(parts.length)}`}
        tone={wrong > 0 ? 'bad' : undefined}
        note={health.parts === null ? 'no supervisor answers' : wrong > 0 ? 'running' : 'all running'}
      />
      <Stat name="Memory" value={memory > 0 ? formatBytes(memory) : '—'} note="of all parts" />
      <Stat
        name="Database"
        value={formatBytes(health.database.bytes)}
        note={plural(health.database.connections, 'connection')}
      />
      <Stat
        name="Restarts"
        value={String(restarts)}
        tone={restarts > 0 ? 'warn' : undefined}
        note="since it was started"
      />
    </Stats>
  );
}

const COLUMNS: readonly Column<Part>[] = [
  {
    key: 'name',
    title: 'Part',
    cell: ({ name }) => <span className="strong">{name === 'api' ? 'API' : words(name)}</span>,
  },
  {
    key: 'state',
    title: 'State',
    cell: ({ state }) => <StatusDot tone={toneOf(state)}>{words(state)}</StatusDot>,
  },
  { key: 'since', title: 'Since', hide: 'narrow', cell: ({ since }) => <RelativeTime at={since} /> },
  {
    key: 'restarts',
    title: 'Restarts',
    width: '6rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ restarts }) => <Count value={restarts} />,
  },
  {
    key: 'memory',
    title: 'Memory',
    width: '7rem',
    align: 'end',
    cell: ({ memoryBytes }) =>
      memoryBytes === null ? <span className="faint">—</span> : <Bytes value={memoryBytes} />,
  },
  {
    key: 'pid',
    title: 'Process',
    width: '6rem',
    align: 'end',
    hide: 'medium',
    cell: ({ pid }) => <span className="num faint">{pid ?? '—'}</span>,
  },
];

function Parts({ health }: { readonly health: Health }) {
  if (health.parts === null) {
    return (
      <Notice tone="warn">
        No supervisor answers, so the state of the processes is not known. The API itself answers.
      </Notice>
    );
  }
  return (
    <Panel title="Parts" flush>
      <Table label="Parts" columns={COLUMNS} rows={health.parts} rowKey={({ name }) => name} />
    </Panel>
  );
}

function Versions({ health }: { readonly health: Health }) {
  const { functions, heartbeats } = health;
  return (
    <Panel title="This stack">
      <Properties
        items={[
          { name: 'Release', value: <code>{health.release}</code> },
          {
            name: 'Launcher',
            value:
              functions === null ? (
                <span className="faint">No worker has told yet</span>
              ) : (
                <span>{functions.launcher}</span>
              ),
          },
          ...(functions?.engines ?? []).map(({ name, version }) => ({
            name: `Engine ${name}`,
            value: <code>{version}</code>,
          })),
          health.dataFolder === null
            ? null
            : { name: 'Data folder', value: <code>{health.dataFolder}</code> },
          ...heartbeats.map(({ part, at }) => ({
            name: `Heartbeat ${part}`,
            value: <RelativeTime at={at} />,
          })),
        ]}
      />
    </Panel>
  );
}

function Database({ health }: { readonly health: Health }) {
  const { version, bytes, connections, migrations } = health.database;
  return (
    <Panel title="Database">
      <div className="stack">
        <Properties
          items={[
            { name: 'Version', value: version },
            { name: 'Size', value: formatBytes(bytes) },
            { name: 'Connections', value: String(connections) },
          ]}
        />
        <details>
          <summary>{plural(migrations.length, 'migration')}</summary>
          <ul className="migrations">
            {migrations.map(({ name, at }) => (
              <li
                key={name}
                className="truncate"
                title={at === null ? undefined : formatDateTime(new Date(at))}
              >
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </details>
      </div>
    </Panel>
  );
}
