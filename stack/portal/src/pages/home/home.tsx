import { Link, useNavigate } from '@tanstack/react-router';
import { Building2, ChevronRight, CircleAlert, CircleCheck, Plus, ShieldAlert, Skull } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { reasonFor, useMe, useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import type { Account } from '../../data/types.ts';
import { LiveRuns, useOpenRuns } from '../../parts/live-runs.tsx';
import { paths } from '../../paths.ts';
import { Badge, StatusDot } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { ConnectionCards } from './connection-cards.tsx';
import { NewAccountDialog } from './new-account.tsx';
import { RecentRuns } from './recent-runs.tsx';

export function HomePage() {
  const accounts = useApi('listAccounts', { query: { limit: 200 } });
  const runs = useOpenRuns();
  const reason = useReason('accounts.create');
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Overview"
      actions={
        <Button icon={Plus} reason={reason} onClick={() => setAdding(true)}>
          New account
        </Button>
      }
    >
      <Attention accounts={accounts.data?.items ?? []} />
      <LiveRuns runs={runs} />
      <ConnectionCards />
      <Panel title="Accounts" flush>
        <Loaded query={accounts} skeleton={<TableSkeleton rows={3} />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Building2} title="No accounts yet">
                An account holds the data of one brand, location or department. Make one, then join apps to
                it.
              </EmptyState>
            ) : (
              <Table
                label="Accounts"
                columns={COLUMNS}
                rows={items}
                rowKey={({ id }) => id}
                onOpen={({ key }) => void navigate({ to: paths.account(key) })}
              />
            )
          }
        </Loaded>
      </Panel>
      <RecentRuns />
      <NewAccountDialog open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

const COLUMNS: readonly Column<Account>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ key, name }) => (
      <span className="cell-main">
        <Link to={paths.account(key)}>{name}</Link>
      </span>
    ),
  },
  {
    key: 'state',
    title: 'Master switch',
    width: '8rem',
    hide: 'narrow',
    cell: ({ enabled }) => <StatusDot tone={enabled ? 'ok' : 'idle'}>{enabled ? 'On' : 'Off'}</StatusDot>,
  },
  {
    key: 'connections',
    title: 'Connections',
    width: '7rem',
    align: 'end',
    cell: ({ connections }) => <span className="num">{connections}</span>,
  },
  {
    key: 'runs',
    title: 'Running',
    width: '6rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ openRuns }) =>
      openRuns > 0 ? <Badge tone="live">{openRuns}</Badge> : <span className="faint">—</span>,
  },
  {
    key: 'invalid',
    title: 'Quarantine',
    width: '7rem',
    align: 'end',
    cell: ({ invalidRecords }) =>
      invalidRecords > 0 ? (
        <Badge tone="warn">{invalidRecords >= 1000 ? '1,000+' : invalidRecords}</Badge>
      ) : (
        <span className="faint">—</span>
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

interface Item {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly tone: 'bad' | 'warn';
  readonly title: string;
  readonly text: string;
  readonly to: string;
}

/** What a person has to look at; nothing is shown when there is nothing. */
function Attention({ accounts }: { readonly accounts: readonly Account[] }) {
  const me = useMe();
  const connections = useApi('listConnections', { query: { limit: 200 } });
  const queues = useApi('listQueues', undefined);
  const items: Item[] = [
    ...(connections.data?.items ?? []).flatMap(({ id, name, account, attention }) =>
      attention === null
        ? []
        : [
            {
              key: id,
              icon: CircleAlert,
              tone: 'bad' as const,
              title: `${name}, ${account.name}`,
              text: attention,
              to: paths.connectionSettings(id),
            },
          ],
    ),
    ...(reasonFor(me, 'dead_letters.read') === null ? (queues.data?.items ?? []) : []).flatMap(
      ({ appKey, dead }) =>
        dead === 0
          ? []
          : [
              {
                key: `dead-${appKey}`,
                icon: Skull,
                tone: 'bad' as const,
                title: `${plural(dead, 'dead letter')} in the queue of ${appKey}`,
                text: 'Messages that could not be processed. Read the reason, then send them again or delete them.',
                to: paths.deadLetters(appKey),
              },
            ],
    ),
    ...accounts.flatMap(({ key, name, invalidRecords }) =>
      invalidRecords === 0
        ? []
        : [
            {
              key: `invalid-${key}`,
              icon: ShieldAlert,
              tone: 'warn' as const,
              title: `${plural(invalidRecords, 'record')} of ${name} in quarantine`,
              text: 'They do not fit their record type. The valid ones were stored.',
              to: paths.accountQuarantine(key),
            },
          ],
    ),
  ];
  if (connections.data === undefined || queues.data === undefined) return null;
  if (items.length === 0) {
    return (
      <div className="all-well">
        <CircleCheck className="icon" aria-hidden />
        Nothing needs your attention.
      </div>
    );
  }
  return (
    <Panel title="Needs a look" flush>
      {items.map(({ key, icon: Icon, tone, title, text, to }) => (
        <Link key={key} to={to} className="list-row attention">
          <Icon className={`icon ${tone}`} aria-hidden />
          <span className="grow">
            <span className="strong">{title}</span>
            <span className="faint attention-text">{text}</span>
          </span>
          <ChevronRight className="icon faint" aria-hidden />
        </Link>
      ))}
    </Panel>
  );
}
