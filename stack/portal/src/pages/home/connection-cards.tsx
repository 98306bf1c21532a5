import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { query, useApi } from '../../data/api.ts';
import type { Connection, RecordSet } from '../../data/types.ts';
import { useOpenRuns } from '../../parts/live-runs.tsx';
import { paths } from '../../paths.ts';
import { AppIcon, StatusDot } from '../../ui/badge.tsx';
import { formatCapped } from '../../ui/format.ts';

/** More are a page away; each card asks for its counts. */
const SHOWN = 6;
const LIVE_MILLISECONDS = 2500;

/** What is stored, connection by connection; the counts move while runs store. */
export function ConnectionCards() {
  const connections = useApi('listConnections', { query: { limit: 200 } });
  const shown = (connections.data?.items ?? []).slice(0, SHOWN);
  const busy = new Set(useOpenRuns().map(({ connection }) => connection.id));
  const sets = useQueries({
    queries: shown.map(({ id }) => ({
      ...query('listRecordSets', { params: { connectionId: id } }),
      refetchInterval: busy.has(id) ? LIVE_MILLISECONDS : (false as const),
    })),
  });
  if (shown.length === 0) return null;
  return (
    <section className="cards" aria-label="Connections">
      {shown.map((connection, index) => (
        <Card
          key={connection.id}
          connection={connection}
          sets={sets[index]?.data?.items ?? []}
          busy={busy.has(connection.id)}
        />
      ))}
    </section>
  );
}

interface CardProps {
  readonly connection: Connection;
  readonly sets: readonly RecordSet[];
  readonly busy: boolean;
}

function Card({ connection, sets, busy }: CardProps) {
  const { id, name, app, account } = connection;
  return (
    <article className="card">
      <Link to={paths.connection(id)} className="card-head">
        <AppIcon color={app.iconColor} name={app.name} />
        <span className="grow truncate">
          <span className="strong">{name}</span> <span className="faint">{account.name}</span>
        </span>
        <CardState connection={connection} busy={busy} />
      </Link>
      <ul className="card-sets">
        {sets.map(({ id: set, recordType, records }) => (
          <li key={set}>
            <Link to={paths.records(id, recordType.key)}>
              <span className="faint truncate">{recordType.title}</span>
              <span className="num card-count">{formatCapped(records)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </article>
  );
}

function CardState({ connection, busy }: { readonly connection: Connection; readonly busy: boolean }) {
  if (connection.attention !== null) return <StatusDot tone="bad">Needs a look</StatusDot>;
  if (!connection.enabled || !connection.account.enabled) return <StatusDot tone="idle">Off</StatusDot>;
  return busy ? <StatusDot tone="live">Syncing</StatusDot> : <StatusDot tone="ok">On</StatusDot>;
}
