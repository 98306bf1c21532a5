import { Link, useNavigate } from '@tanstack/react-router';
import { Package, Plus } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import type { Module } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';

/** The modules of the stack. */
export function ModulesPage() {
  const navigate = useNavigate();
  const query = useApi('listModules', undefined);
  const reason = useReason('modules.change');
  const make = (
    <Button look="solid" icon={Plus} reason={reason} onClick={() => void navigate({ to: paths.makeModule })}>
      New module
    </Button>
  );
  return (
    <Page
      title="Modules"
      description="Bundles of workflows that accounts opt in to, feature by feature. A new version reaches all of them."
      actions={make}
    >
      <Panel flush>
        <Loaded query={query} skeleton={<TableSkeleton />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Package} title="No modules yet" action={make}>
                Build workflows in one account, make a module of them, and let other accounts opt in: each
                gets copies with its own connections and values.
              </EmptyState>
            ) : (
              <Table
                label="Modules"
                rows={items}
                columns={reason === null ? [...COLUMNS, ...USERS] : COLUMNS}
                rowKey={({ key }) => key}
                onOpen={({ key }) => void navigate({ to: paths.module(key) })}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

const COLUMNS: readonly Column<Module>[] = [
  {
    key: 'title',
    title: 'Title',
    cell: ({ key, title, description }) => (
      <span className="cell-main">
        <Link to={paths.module(key)}>{title}</Link>
        {description !== '' && <span className="faint truncate">{description}</span>}
      </span>
    ),
  },
  {
    key: 'version',
    title: 'Version',
    width: '6rem',
    cell: ({ version }) => <span className="num">{version}</span>,
  },
  {
    key: 'published',
    title: 'Published',
    width: '9rem',
    hide: 'narrow',
    cell: ({ publishedAt }) => <RelativeTime at={publishedAt} />,
  },
];

const USERS: readonly Column<Module>[] = [
  {
    key: 'accounts',
    title: 'Accounts',
    width: '12rem',
    hide: 'narrow',
    cell: ({ accounts, attention }) => (
      <span className="row">
        <span className="num">{formatCount(accounts ?? 0)}</span>
        {(attention ?? 0) > 0 && <Badge tone="bad">{formatCount(attention ?? 0)} need attention</Badge>}
      </span>
    ),
  },
];
