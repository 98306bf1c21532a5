import { Link } from '@tanstack/react-router';
import type { Health } from '../../data/types.ts';
import { KIND_TITLES } from '../../parts/run-words.ts';
import { paths } from '../../paths.ts';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';

type Stalled = Health['stalledSyncs'][number];

const COLUMNS: readonly Column<Stalled>[] = [
  {
    key: 'connection',
    title: 'Connection',
    cell: ({ connection, account }) => (
      <span className="row">
        <Link to={paths.connection(connection.id)} className="strong">
          {connection.name}
        </Link>
        <span className="faint">{account.name}</span>
      </span>
    ),
  },
  { key: 'recordType', title: 'Record type', cell: ({ recordType }) => recordType },
  { key: 'kind', title: 'Sync', hide: 'narrow', cell: ({ kind }) => KIND_TITLES[kind] },
  {
    key: 'succeededAt',
    title: 'Last success',
    cell: ({ succeededAt }) =>
      succeededAt === null ? <span className="faint">never</span> : <RelativeTime at={succeededAt} />,
  },
];

/** Schedules that go on without success; nothing is shown while there are none. */
export function StalledSyncs({ health }: { readonly health: Health }) {
  if (health.stalledSyncs.length === 0) return null;
  return (
    <Panel
      title="Stalled syncs"
      description="Their schedules go on, but no run has succeeded for several periods. The sync history says why."
      flush
    >
      <Table label="Stalled syncs" columns={COLUMNS} rows={health.stalledSyncs} rowKey={({ id }) => id} />
    </Panel>
  );
}
