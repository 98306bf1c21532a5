import { Link, useNavigate } from '@tanstack/react-router';
import { Cable, Plus } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useApi, useApiPages } from '../../data/api.ts';
import type { Account, Connection } from '../../data/types.ts';
import { LiveRuns, useOpenRuns } from '../../parts/live-runs.tsx';
import { paths } from '../../paths.ts';
import { AppIcon, StatusDot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { List } from '../../ui/list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { NewConnectionDialog } from './new-connection.tsx';
import { MasterSwitch } from './master-switch.tsx';
import { useAccount } from './use-account.ts';

export function AccountPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Account">{null}</Page>}>
      {(account) => <AccountOverview account={account} />}
    </Loaded>
  );
}

function AccountOverview({ account }: { readonly account: Account }) {
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('connections.change', account.id);
  const pages = useApiPages('listConnections', { query: { accountId: account.id } });
  const runs = useOpenRuns((run) => run.accountId === account.id);
  const apps = useApi('listApps', { query: { limit: 200 } });
  const add = (
    <Button look="solid" icon={Plus} reason={reason} onClick={() => setAdding(true)}>
      New connection
    </Button>
  );
  return (
    <Page
      title={account.name}
      description="The connections of this account, and what they are doing."
      actions={add}
    >
      <MasterSwitch account={account} />
      <LiveRuns runs={runs} />
      <Panel title="Connections" flush>
        <List
          label="Connections"
          pages={pages}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: paths.connection(id) })}
          empty={
            <EmptyState icon={Cable} title="No connections yet" action={add}>
              {apps.data?.items.length === 0
                ? 'There is no app in this stack yet. Push one with “middle app push”, then join it to this account.'
                : 'A connection joins an app to this account, with its credentials. Its records are kept here.'}
            </EmptyState>
          }
        />
      </Panel>
      {adding && <NewConnectionDialog account={account} onClose={() => setAdding(false)} />}
    </Page>
  );
}

const COLUMNS: readonly Column<Connection>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ id, name, app }) => (
      <span className="cell-main">
        <AppIcon color={app.iconColor} name={app.name} />
        <Link to={paths.connection(id)}>{name}</Link>
      </span>
    ),
  },
  {
    key: 'app',
    title: 'App',
    hide: 'narrow',
    cell: ({ app, version }) => (
      <span className="muted">
        {app.name} <span className="faint num">{version}</span>
      </span>
    ),
  },
  {
    key: 'state',
    title: 'State',
    cell: ({ enabled, attention }) =>
      attention !== null ? (
        <StatusDot tone="bad">
          <span className="truncate">{attention}</span>
        </StatusDot>
      ) : (
        <StatusDot tone={enabled ? 'ok' : 'idle'}>{enabled ? 'On' : 'Switched off'}</StatusDot>
      ),
  },
  {
    key: 'created',
    title: 'Created',
    width: '8rem',
    align: 'end',
    hide: 'medium',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
];
