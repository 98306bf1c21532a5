import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useReason } from '../../data/access.ts';
import { patch, useAction, useApi } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { AppIcon, Badge } from '../../ui/badge.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Tabs } from '../../ui/tabs.tsx';

/** What the pages of a connection share: its name, its switch, its tabs, and what needs attention. */
export function ConnectionFrame({ children }: { readonly children: (connection: Connection) => ReactNode }) {
  const params: { readonly connection?: string } = useParams({ strict: false });
  const id = params.connection ?? '';
  const query = useApi('getConnection', { params: { connectionId: id } });
  const webhooks = useApi('listWebhooks', { params: { connectionId: id } });
  return (
    <Loaded query={query} skeleton={<Page title="Connection">{null}</Page>}>
      {(connection) => (
        <Page
          title={connection.name}
          crumbs={[{ label: connection.account.name, to: paths.account(connection.account.key) }]}
          heading={
            <>
              <AppIcon color={connection.app.iconColor} name={connection.app.name} />
              {connection.name}
            </>
          }
          description={
            <span className="row wrap">
              {connection.app.name} <Badge>{connection.version}</Badge>
            </span>
          }
          actions={<ConnectionSwitch connection={connection} />}
          tabs={
            <Tabs
              label="Parts of the connection"
              tabs={[
                { to: paths.connection(id), label: 'Record types' },
                { to: paths.connectionRuns(id), label: 'Sync history' },
                { to: paths.connectionQuarantine(id), label: 'Quarantine' },
                { to: paths.connectionLookups(id), label: 'Lookups' },
                ...(webhooks.data !== undefined && webhooks.data.items.length > 0
                  ? [{ to: paths.connectionWebhooks(id), label: 'Webhooks' }]
                  : []),
                { to: paths.connectionSettings(id), label: 'Settings' },
              ]}
            />
          }
        >
          {connection.attention !== null && (
            <Notice tone="bad">
              <strong>This connection needs a look.</strong> {connection.attention} Its schedules wait and are
              tried once an hour; they go on by themselves after new credentials, a test or a run that goes
              well.
            </Notice>
          )}
          {!connection.account.enabled && (
            <Notice tone="warn">
              The account {connection.account.name} is off, so nothing of this connection runs.
            </Notice>
          )}
          {children(connection)}
        </Page>
      )}
    </Loaded>
  );
}

function ConnectionSwitch({ connection }: { readonly connection: Connection }) {
  const reason = useReason('connections.change', connection.account.id);
  const input = { params: { connectionId: connection.id } };
  const update = useAction('updateConnection', {
    stale: ['getConnection', 'listConnections'],
    done: ({ enabled }) => (enabled ? 'The connection is on' : 'The connection is off; its syncs wait'),
    optimistic: ({ body }) =>
      patch('getConnection', input, (before) => ({ ...before, enabled: body.enabled ?? before.enabled })),
  });
  return (
    <span className="row">
      <span className="muted">{connection.enabled ? 'On' : 'Off'}</span>
      <Switch
        large
        on={connection.enabled}
        label="Switch of the connection"
        reason={reason}
        onChange={(enabled) => update.mutate({ ...input, body: { enabled } })}
      />
    </span>
  );
}
