import { Link } from '@tanstack/react-router';
import { ArrowRight, Table2 } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { Connection, RecordSet } from '../../data/types.ts';
import { LiveRuns, useOpenRuns } from '../../parts/live-runs.tsx';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCapped, formatCompact } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import './connection.css';
import { ConnectionFrame } from './frame.tsx';
import { SyncRow } from './sync-row.tsx';

export function ConnectionPage() {
  return <ConnectionFrame>{(connection) => <RecordTypes connection={connection} />}</ConnectionFrame>;
}

function RecordTypes({ connection }: { readonly connection: Connection }) {
  const poll = usePollInterval();
  const runs = useOpenRuns((run) => run.connection.id === connection.id);
  // Counts move while runs store; the stream tells of runs, not of counts.
  const sets = useApi(
    'listRecordSets',
    { params: { connectionId: connection.id } },
    { refetchInterval: runs.length > 0 ? 2500 : poll },
  );
  return (
    <>
      <LiveRuns runs={runs} />
      <Loaded
        query={sets}
        skeleton={
          <Panel flush>
            <TableSkeleton />
          </Panel>
        }
      >
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <EmptyState icon={Table2} title="This app version has no record types">
                Its manifest declares none. Push a version that does, then move this connection to it.
              </EmptyState>
            </Panel>
          ) : (
            items.map((set) => <RecordTypePanel key={set.id} connection={connection} set={set} />)
          )
        }
      </Loaded>
    </>
  );
}

function RecordTypePanel({ connection, set }: { readonly connection: Connection; readonly set: RecordSet }) {
  const { recordType, records, deletedRecords, invalidRecords, syncs } = set;
  const to = paths.records(connection.id, recordType.key);
  return (
    <section className="panel record-type" aria-label={recordType.title}>
      <header className="record-type-head">
        <div className="grow">
          <h2>
            <Link to={to}>{recordType.title}</Link>
          </h2>
          {recordType.description !== undefined && <p className="faint truncate">{recordType.description}</p>}
        </div>
        {invalidRecords > 0 && (
          <Link to={paths.connectionQuarantine(connection.id)}>
            <Badge tone="warn">{formatCompact(invalidRecords)} in quarantine</Badge>
          </Link>
        )}
        {deletedRecords.count > 0 && (
          <Link to={to} search={{ deleted: 'only' }}>
            <Badge>{formatCapped(deletedRecords)} deleted at the source</Badge>
          </Link>
        )}
        <Link to={to} className="record-type-count">
          <span className="num">{formatCapped(records)}</span>
          <span className="faint">records</span>
          <ArrowRight className="icon" aria-hidden />
        </Link>
      </header>
      {syncs.map((sync) => (
        <SyncRow key={sync.id} connection={connection} set={set} sync={sync} />
      ))}
      {syncs.length === 0 && <p className="list-row faint">The app has no sync for this record type.</p>}
    </section>
  );
}
