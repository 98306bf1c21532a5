import { Link, useNavigate } from '@tanstack/react-router';
import { Blocks } from 'lucide-react';
import { useApiPages } from '../../data/api.ts';
import type { App } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { AppIcon, Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { List } from '../../ui/list.tsx';
import { Count } from '../../ui/numbers.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';

export function AppsPage() {
  const pages = useApiPages('listApps', {});
  const navigate = useNavigate();
  return (
    <Page
      title="Apps"
      description={
        <>
          Connectors to outside systems. Their code is open to everybody in this stack. To add one:{' '}
          <code>middle app init</code>, then <code>middle app push</code>.
        </>
      }
    >
      <Panel flush>
        <List
          label="Apps"
          pages={pages}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={({ key }) => void navigate({ to: paths.app(key) })}
          empty={
            <EmptyState icon={Blocks} title="No apps yet">
              Make one with <code>middle app init</code>, then <code>middle app push</code> it to this stack.
            </EmptyState>
          }
        />
      </Panel>
    </Page>
  );
}

const COLUMNS: readonly Column<App>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ key, name, iconColor }) => (
      <span className="cell-main">
        <AppIcon color={iconColor} name={name} />
        <Link to={paths.app(key)}>{name}</Link>
      </span>
    ),
  },
  {
    key: 'notes',
    title: 'Notes',
    hide: 'medium',
    cell: ({ notes }) => <span className="muted">{notes}</span>,
  },
  {
    key: 'version',
    title: 'Version',
    width: '8rem',
    cell: ({ latestVersion }) =>
      latestVersion === null ? <span className="faint">none on</span> : <Badge>{latestVersion}</Badge>,
  },
  {
    key: 'versions',
    title: 'Versions',
    width: '6rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ versions }) => <Count value={versions} />,
  },
  {
    key: 'connections',
    title: 'Connections',
    width: '7rem',
    align: 'end',
    cell: ({ connections }) => <Count value={connections} />,
  },
];
