import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
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
  const [name, setName] = useState(connection.name);
  const reason = useReason('connections.change', connection.account.id);
  const update = useAction('updateConnection', { stale: STALE, done: 'Renamed' });
  return (
    <Panel title="General">
      <div className="stack">
        <form
          className="row form-row"
          onSubmit={(event) => {
            event.preventDefault();
            update.mutate({ params: { connectionId: connection.id }, body: { name: name.trim() } });
          }}
        >
          <Field label="Name">
            {(ids) => (
              <Input
                {...ids}
                value={name}
                disabled={reason !== null}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Button
            type="submit"
            busy={update.isPending}
            reason={
              reason ??
              (name.trim() === ''
                ? 'A name can’t be empty'
                : name.trim() === connection.name
                  ? 'Nothing changed'
                  : null)
            }
          >
            Rename
          </Button>
        </form>
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

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isInteger(value) && value > 0 ? value : null;
}

/** Where and how fast the functions of this connection call. */
function CallsPanel({ connection }: { readonly connection: Connection }) {
  const [baseUrl, setBaseUrl] = useState(connection.baseUrl ?? '');
  const [requests, setRequests] = useState(String(connection.rate?.requests ?? ''));
  const [seconds, setSeconds] = useState(String(connection.rate?.perSeconds ?? ''));
  const [hosts, setHosts] = useState(connection.developmentHosts.join(', '));
  const reason = useReason('connections.change', connection.account.id);
  const hostsReason = useReason('connections.allow_development_hosts');
  const update = useAction('updateConnection', { stale: STALE, done: 'Saved' });
  const allow = useAction('allowDevelopmentHosts', { stale: STALE, done: 'Saved' });
  const rate = numberOf(requests) !== null && numberOf(seconds) !== null;
  const half = (requests.trim() !== '' || seconds.trim() !== '') && !rate;
  const save = () =>
    update.mutate({
      params: { connectionId: connection.id },
      body: {
        baseUrl: baseUrl.trim() === '' ? null : baseUrl.trim(),
        rate: rate ? { requests: Number(requests), perSeconds: Number(seconds) } : null,
      },
    });
  const locked = reason !== null;
  return (
    <Panel title="Calls to the outside system">
      <div className="stack">
        <Field label="Base address" optional hint="Overrides the app’s own, for instance for a sandbox.">
          {(ids) => (
            <Input
              {...ids}
              type="url"
              className="mono"
              placeholder="https://api.example.com"
              disabled={locked}
              value={baseUrl}
              onChange={(event) => setBaseUrl(event.target.value)}
            />
          )}
        </Field>
        <div className="row form-row">
          <Field
            label="Requests"
            optional
            error={half ? 'Fill in both, as whole numbers, or neither.' : null}
          >
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                placeholder="As the app says"
                disabled={locked}
                value={requests}
                onChange={(event) => setRequests(event.target.value)}
              />
            )}
          </Field>
          <Field label="per seconds" optional>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                placeholder="As the app says"
                disabled={locked}
                value={seconds}
                onChange={(event) => setSeconds(event.target.value)}
              />
            )}
          </Field>
          <Button
            busy={update.isPending}
            reason={reason ?? (half ? 'The rate is incomplete' : null)}
            onClick={save}
          >
            Save
          </Button>
        </div>
        <div className="row form-row">
          <Field
            label="Development hosts"
            optional
            hint="Addresses on this machine, such as 127.0.0.1:4500, separated by commas. Each use is logged."
          >
            {(ids) => (
              <Input
                {...ids}
                className="mono"
                disabled={hostsReason !== null}
                value={hosts}
                onChange={(event) => setHosts(event.target.value)}
              />
            )}
          </Field>
          <Button
            busy={allow.isPending}
            reason={hostsReason}
            onClick={() =>
              allow.mutate({
                params: { connectionId: connection.id },
                body: { hosts: hosts.split(/[\s,]+/).filter((host) => host !== '') },
              })
            }
          >
            Save hosts
          </Button>
        </div>
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
