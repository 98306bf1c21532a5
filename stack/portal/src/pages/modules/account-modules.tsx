import { Link, useNavigate } from '@tanstack/react-router';
import { Package } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { Account, AccountModuleSummary } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';
import { useAccount } from '../account/use-account.ts';
import { StateBadge } from './state-badge.tsx';

/** What an account can choose, and what it chose. */
export function AccountModulesPage() {
  const { query } = useAccount();
  return (
    <Loaded query={query} skeleton={<Page title="Chosen modules">{null}</Page>}>
      {(account) => <Modules account={account} />}
    </Loaded>
  );
}

function Modules({ account }: { readonly account: Account }) {
  const navigate = useNavigate();
  const query = useApi('listAccountModules', { params: { accountId: account.id } });
  return (
    <Page
      title="Chosen modules"
      crumbs={[{ label: account.name, to: paths.account(account.key) }]}
      description="Ready-made workflows that this account can opt in to. It gets copies that keep up with new versions."
    >
      <Panel flush>
        <Loaded query={query} skeleton={<TableSkeleton />}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Package} title="There are no modules">
                Owners of the stack make them of workflows that work well in one account.
              </EmptyState>
            ) : (
              <Table
                label="Modules"
                rows={items}
                columns={columnsOf(account)}
                rowKey={({ key }) => key}
                onOpen={({ key }) => void navigate({ to: paths.accountModule(account.key, key) })}
              />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

function columnsOf(account: Account): readonly Column<AccountModuleSummary>[] {
  return [
    {
      key: 'title',
      title: 'Title',
      cell: ({ key, title, description }) => (
        <span className="cell-main">
          <Link to={paths.accountModule(account.key, key)}>{title}</Link>
          {description !== '' && <span className="faint truncate">{description}</span>}
        </span>
      ),
    },
    {
      key: 'state',
      title: 'State',
      width: '10rem',
      cell: ({ optIn }) =>
        optIn === null ? <span className="faint">Not chosen</span> : <StateBadge state={optIn.state} />,
    },
    {
      key: 'features',
      title: 'Features',
      width: '8rem',
      hide: 'narrow',
      cell: ({ optIn }) =>
        optIn === null ? (
          <span className="faint">none</span>
        ) : (
          <span className="num">{plural(optIn.features.length, 'feature')}</span>
        ),
    },
    {
      key: 'version',
      title: 'Version',
      width: '8rem',
      hide: 'narrow',
      cell: ({ version, optIn }) => (
        <span className="num">
          {optIn === null || optIn.version === version ? version : `${optIn.version} of ${version}`}
        </span>
      ),
    },
  ];
}
