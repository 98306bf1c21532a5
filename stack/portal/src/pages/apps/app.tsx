import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Blocks, Cable } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi, useApiPages } from '../../data/api.ts';
import type { App, AppVersionSummary } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { AppIcon, StatusDot } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { words } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Count } from '../../ui/numbers.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Segments } from '../../ui/tabs.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { AppCredentials } from './credentials.tsx';

const TONES: Readonly<Record<AppVersionSummary['state'], Tone>> = { draft: 'warn', on: 'ok', off: 'idle' };

export function VersionState({ state }: { readonly state: AppVersionSummary['state'] }) {
  return <StatusDot tone={TONES[state]}>{words(state)}</StatusDot>;
}

export function AppPage() {
  const params: { readonly app?: string } = useParams({ strict: false });
  const query = useApi('getApp', { params: { appKey: params.app ?? '' } });
  return (
    <Loaded query={query} skeleton={<Page title="App">{null}</Page>}>
      {(app) => (
        <Page
          title={app.name}
          crumbs={[{ label: 'Apps', to: paths.apps }]}
          heading={
            <>
              <AppIcon color={app.iconColor} name={app.name} />
              {app.name}
            </>
          }
          description={app.notes}
        >
          <Versions app={app} />
          <Connections app={app} />
          <AppCredentials app={app} />
          <Visibility app={app} />
          <DeleteApp app={app} />
        </Page>
      )}
    </Loaded>
  );
}

function Versions({ app }: { readonly app: App }) {
  const pages = useApiPages('listAppVersions', { params: { appKey: app.key } });
  const navigate = useNavigate();
  return (
    <Panel title="Versions" description="Side by side; each connection uses one." flush>
      <List
        label="Versions"
        pages={pages}
        columns={VERSION_COLUMNS}
        rowKey={({ id }) => id}
        onOpen={({ version }) => void navigate({ to: paths.appVersion(app.key, version) })}
        empty={
          <EmptyState icon={Blocks} title="No version yet">
            Push one with <code>middle app push</code>.
          </EmptyState>
        }
      />
    </Panel>
  );
}

const VERSION_COLUMNS: readonly Column<AppVersionSummary>[] = [
  {
    key: 'version',
    title: 'Version',
    cell: ({ appKey, version }) => (
      <span className="cell-main">
        <Link to={paths.appVersion(appKey, version)}>{version}</Link>
      </span>
    ),
  },
  { key: 'state', title: 'State', cell: ({ state }) => <VersionState state={state} /> },
  {
    key: 'connections',
    title: 'Connections',
    width: '7rem',
    align: 'end',
    cell: ({ connections }) => <Count value={connections} />,
  },
  {
    key: 'by',
    title: 'Pushed by',
    hide: 'narrow',
    cell: ({ pushedBy }) => <span className="muted">{pushedBy}</span>,
  },
  {
    key: 'at',
    title: 'Pushed',
    width: '8rem',
    align: 'end',
    hide: 'narrow',
    cell: ({ pushedAt }) => <RelativeTime at={pushedAt} />,
  },
];

function Connections({ app }: { readonly app: App }) {
  const pages = useApiPages('listConnections', { query: { app: app.key } });
  const navigate = useNavigate();
  return (
    <Panel title="Connections" flush>
      <List
        label="Connections of this app"
        pages={pages}
        columns={[
          {
            key: 'name',
            title: 'Name',
            cell: ({ id, name }) => (
              <span className="cell-main">
                <Link to={paths.connection(id)}>{name}</Link>
              </span>
            ),
          },
          {
            key: 'account',
            title: 'Account',
            cell: ({ account }) => <span className="muted">{account.name}</span>,
          },
          { key: 'version', title: 'Version', width: '8rem', cell: ({ version }) => version },
        ]}
        rowKey={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: paths.connection(id) })}
        empty={
          <EmptyState icon={Cable} title="No connection uses it">
            Join it to an account on the account’s page.
          </EmptyState>
        }
      />
    </Panel>
  );
}

const VISIBILITIES: readonly { value: App['visibility']; label: string; text: string }[] = [
  { value: 'public', label: 'Every account', text: 'Every account may be joined to it.' },
  {
    value: 'allow_listed',
    label: 'Some accounts',
    text: 'Only accounts that are on its list may be joined to it.',
  },
  { value: 'hidden', label: 'None', text: 'No new connection can be made. Those there are go on.' },
];

function Visibility({ app }: { readonly app: App }) {
  const reason = useReason('apps.change');
  const update = useAction('updateApp', { stale: ['getApp', 'listApps'], done: 'Saved' });
  return (
    <Panel title="Who may use it">
      <div className="stack tight">
        <fieldset disabled={reason !== null}>
          <Segments
            label="Who may use it"
            value={app.visibility}
            choices={VISIBILITIES}
            onChange={(visibility) => update.mutate({ params: { appKey: app.key }, body: { visibility } })}
          />
        </fieldset>
        <p className="faint">{reason ?? VISIBILITIES.find(({ value }) => value === app.visibility)?.text}</p>
      </div>
    </Panel>
  );
}

function DeleteApp({ app }: { readonly app: App }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('apps.change');
  const remove = useAction('deleteApp', {
    stale: ['listApps'],
    done: `${app.name} was deleted`,
    onDone: () => void navigate({ to: paths.apps }),
  });
  return (
    <Panel title="Delete this app">
      <div className="row wrap between">
        <p className="muted grow">All its versions are deleted. It must have no connections.</p>
        <Button
          look="danger"
          reason={reason ?? (app.connections > 0 ? 'Delete its connections first' : null)}
          onClick={() => setAsking(true)}
        >
          Delete app
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ params: { appKey: app.key } })}
        busy={remove.isPending}
        title={`Delete ${app.name}?`}
        text="All its versions and credentials are deleted for good."
        action="Delete for good"
        typed={app.key}
      />
    </Panel>
  );
}
