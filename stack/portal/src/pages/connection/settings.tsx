import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { NameForm } from '../../parts/name-form.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Panel, Properties } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { CallsPanel } from './calls.tsx';
import { CredentialsPanel } from './credentials.tsx';
import { ConnectionFrame } from './frame.tsx';

export function ConnectionSettingsPage() {
  return (
    <ConnectionFrame>
      {(connection) => (
        <>
          <GeneralPanel key={`${connection.id} ${connection.name}`} connection={connection} />
          <CredentialsPanel
            key={`credentials ${connection.id} ${connection.version}`}
            connection={connection}
          />
          <VersionPanel key={`version ${connection.version}`} connection={connection} />
          <CallsPanel key={`calls ${connection.id}`} connection={connection} />
          <DeletePanel connection={connection} />
        </>
      )}
    </ConnectionFrame>
  );
}

const STALE = ['getConnection', 'listConnections'] as const;

function GeneralPanel({ connection }: { readonly connection: Connection }) {
  const reason = useReason('connections.change', connection.account.id);
  const update = useAction('updateConnection', { stale: STALE, done: 'Renamed' });
  return (
    <Panel title="General">
      <div className="stack">
        <NameForm
          name={connection.name}
          reason={reason}
          busy={update.isPending}
          onRename={(name) => update.mutate({ params: { connectionId: connection.id }, body: { name } })}
        />
        <Properties
          items={[
            {
              name: 'Id',
              value: (
                <span className="row">
                  <code className="truncate">{connection.id}</code>
                  <CopyButton text={connection.id} label="Copy the id" />
                </span>
              ),
            },
            { name: 'Created', value: formatDateTime(new Date(connection.createdAt)) },
          ]}
        />
      </div>
    </Panel>
  );
}

function VersionPanel({ connection }: { readonly connection: Connection }) {
  const versions = useApi('listAppVersions', {
    params: { appKey: connection.app.key },
    query: { limit: 100 },
  });
  const [version, setVersion] = useState(connection.version);
  const reason = useReason('connections.change', connection.account.id);
  const move = useAction('moveConnection', {
    stale: [...STALE, 'listRecordSets', 'listProposedChanges'],
    done: ({ version: now }) => `Moved to version ${now}`,
  });
  const on = (versions.data?.items ?? []).filter(
    ({ state, version: one }) => state === 'on' || one === connection.version,
  );
  return (
    <Panel
      title="App version"
      description="Records, switches and schedules are kept when a connection moves to another version."
    >
      <div className="row form-row">
        <Field label="Version">
          {(ids) => (
            <Select
              {...ids}
              value={version}
              disabled={reason !== null}
              choices={on.map(({ version: value }) => ({
                value,
                label: value === connection.version ? `${value}, in use` : value,
              }))}
              onChange={setVersion}
            />
          )}
        </Field>
        <Button
          busy={move.isPending}
          reason={reason ?? (version === connection.version ? 'Choose another version first' : null)}
          onClick={() => move.mutate({ params: { connectionId: connection.id }, body: { version } })}
        >
          Move
        </Button>
      </div>
    </Panel>
  );
}

function DeletePanel({ connection }: { readonly connection: Connection }) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('connections.change', connection.account.id);
  const remove = useAction('deleteConnection', {
    stale: ['listConnections', 'listAccounts', 'getAccount', 'listSyncRuns'],
    done: `${connection.name} was deleted`,
    onDone: () => void navigate({ to: paths.account(connection.account.key) }),
  });
  return (
    <Panel title="Delete this connection">
      <div className="row wrap between">
        <p className="muted grow">Its records, record versions and history are deleted for good.</p>
        <Button look="danger" reason={reason} onClick={() => setAsking(true)}>
          Delete connection
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate({ params: { connectionId: connection.id } })}
        busy={remove.isPending}
        title={`Delete ${connection.name}?`}
        text="Its records, record versions and history are deleted for good. Nothing brings them back."
        action="Delete for good"
        typed={connection.name}
      />
    </Panel>
  );
}
