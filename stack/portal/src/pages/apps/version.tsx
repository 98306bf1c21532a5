import { useParams } from '@tanstack/react-router';
import { Download, Power } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { AppVersion } from '../../data/types.ts';
import { KIND_TITLES } from '../../parts/run-words.ts';
import { manifestOf } from '../../parts/manifest.ts';
import type { SyncDefinition } from '../../parts/manifest.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatDateTime, formatEvery, plural, words } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { VersionState } from './app.tsx';
import './apps.css';
import { downloadPackage } from './download.ts';

const STALE = ['getAppVersion', 'listAppVersions', 'getApp', 'listApps'] as const;

export function useVersion() {
  const params: { readonly app?: string; readonly version?: string } = useParams({ strict: false });
  const input = { params: { appKey: params.app ?? '', version: params.version ?? '' } };
  return { input, query: useApi('getAppVersion', input) };
}

export function VersionTabs({ app, version }: { readonly app: string; readonly version: string }) {
  return (
    <Tabs
      label="Parts of the version"
      tabs={[
        { to: paths.appVersion(app, version), label: 'Documentation' },
        { to: paths.appFiles(app, version), label: 'Files' },
      ]}
    />
  );
}

export function AppVersionPage() {
  const { query } = useVersion();
  return (
    <Loaded query={query} skeleton={<Page title="App version">{null}</Page>}>
      {(version) => (
        <Page
          title={`${manifestOf(version).name} ${version.version}`}
          crumbs={[
            { label: 'Apps', to: paths.apps },
            { label: manifestOf(version).name, to: paths.app(version.appKey) },
          ]}
          description={<VersionState state={version.state} />}
          actions={<VersionActions version={version} />}
          tabs={<VersionTabs app={version.appKey} version={version.version} />}
        >
          <div className="columns">
            <div className="stack">
              <RecordTypes version={version} />
            </div>
            <div className="stack">
              <Facts version={version} />
              <Hosts key={version.approvedHosts.join()} version={version} />
              <Syncs version={version} />
            </div>
          </div>
        </Page>
      )}
    </Loaded>
  );
}

function VersionActions({ version }: { readonly version: AppVersion }) {
  const reason = useReason('apps.change');
  const params = { appKey: version.appKey, version: version.version };
  const on = useAction('switchOnAppVersion', {
    stale: STALE,
    done: 'Switched on. It never changes from now on',
  });
  const off = useAction('switchOffAppVersion', { stale: STALE, done: 'Switched off' });
  return (
    <>
      <Button icon={Download} onClick={() => void downloadPackage(params)}>
        Download
      </Button>
      {version.state === 'on' ? (
        <Button
          icon={Power}
          busy={off.isPending}
          reason={
            reason ??
            (version.connections > 0
              ? `${plural(version.connections, 'connection')} use it. Move them first.`
              : null)
          }
          onClick={() => off.mutate({ params })}
        >
          Switch off
        </Button>
      ) : (
        <Button
          icon={Power}
          look="solid"
          busy={on.isPending}
          reason={reason}
          onClick={() => on.mutate({ params })}
        >
          Switch on
        </Button>
      )}
    </>
  );
}

function Facts({ version }: { readonly version: AppVersion }) {
  return (
    <Panel title="Facts">
      <Properties
        items={[
          { name: 'Pushed', value: formatDateTime(new Date(version.pushedAt)) },
          { name: 'By', value: version.pushedBy },
          version.switchedOnAt === null
            ? null
            : { name: 'Switched on', value: formatDateTime(new Date(version.switchedOnAt)) },
          { name: 'Connections', value: String(version.connections) },
          {
            name: 'Digest',
            value: (
              <span className="row">
                <code className="truncate">{version.digest}</code>
                <CopyButton text={version.digest} label="Copy the digest" />
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}

/** Functions have no network but to hosts that an owner approved. */
function Hosts({ version }: { readonly version: AppVersion }) {
  const [chosen, setChosen] = useState(version.approvedHosts);
  const reason = useReason('apps.approve_hosts');
  const approve = useAction('approveHosts', { stale: STALE, done: 'Saved' });
  const missing = version.declaredHosts.filter((host) => !version.approvedHosts.includes(host));
  const changed =
    chosen.length !== version.approvedHosts.length ||
    chosen.some((host) => !version.approvedHosts.includes(host));
  return (
    <Panel
      title="Hosts it may reach"
      actions={
        version.declaredHosts.length > 0 && (
          <Button
            size="sm"
            reason={reason ?? (changed ? null : 'Nothing changed')}
            busy={approve.isPending}
            onClick={() =>
              approve.mutate({
                params: { appKey: version.appKey, version: version.version },
                body: { hosts: chosen },
              })
            }
          >
            Save
          </Button>
        )
      }
    >
      {version.declaredHosts.length === 0 ? (
        <p className="faint">
          None. Its functions reach nothing but the loopback hosts that an owner named for a connection.
        </p>
      ) : (
        <fieldset disabled={reason !== null} className="stack tight">
          {missing.length > 0 && (
            <Notice tone="warn">
              {plural(missing.length, 'host')} not approved yet: calls to it are refused.
            </Notice>
          )}
          {version.declaredHosts.map((host) => (
            <Checkbox
              key={host}
              label={<code>{host}</code>}
              checked={chosen.includes(host)}
              onChange={(checked) =>
                setChosen(checked ? [...chosen, host] : chosen.filter((each) => each !== host))
              }
            />
          ))}
        </fieldset>
      )}
    </Panel>
  );
}

function Syncs({ version }: { readonly version: AppVersion }) {
  const { syncs } = manifestOf(version);
  return (
    <Panel title="Syncs" flush>
      {syncs.map((sync) => (
        <div key={sync.key} className="list-row">
          <span className="grow">
            <span className="strong">{sync.recordType}</span>
            <span className="faint host-note">
              {KIND_TITLES[sync.kind]}
              {everyOf(sync)}
            </span>
          </span>
        </div>
      ))}
      {syncs.length === 0 && <p className="panel-body faint">None.</p>}
    </Panel>
  );
}

function everyOf(sync: SyncDefinition): string {
  return sync.kind === 'lookup' || sync.every === undefined ? '' : `, ${formatEvery(sync.every)}`;
}

function RecordTypes({ version }: { readonly version: AppVersion }) {
  const { recordTypes } = manifestOf(version);
  if (recordTypes.length === 0) return <Notice>This version declares no record types.</Notice>;
  return recordTypes.map(({ key, title, description, attributes }) => (
    <Panel
      key={key}
      flush
      title={
        <span className="row">
          {title} <code className="faint">{key}</code>
        </span>
      }
      description={description}
    >
      <Table
        label={`Attributes of ${title}`}
        rows={attributes}
        rowKey={(attribute) => attribute.key}
        columns={[
          {
            key: 'title',
            title: 'Attribute',
            cell: (attribute) => (
              <span className="cell-main" title={attribute.description}>
                <span className="truncate">{attribute.title}</span>
              </span>
            ),
          },
          { key: 'key', title: 'Key', cell: (attribute) => <code className="muted">{attribute.key}</code> },
          {
            key: 'type',
            title: 'Type',
            cell: (attribute) => (
              <span className="row">
                <Badge>{words(attribute.type)}</Badge>
                {attribute.references !== undefined && (
                  <span className="faint truncate">{attribute.references}</span>
                )}
                {attribute.attributes !== undefined && (
                  <span className="faint">{attribute.attributes.length} attributes</span>
                )}
              </span>
            ),
          },
        ]}
      />
    </Panel>
  ));
}
