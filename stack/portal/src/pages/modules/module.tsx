import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Download, Plus, RotateCw, Trash2, Users } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { call, useAction, useApi, useApiPages } from '../../data/api.ts';
import type { Module, ModuleAccount, ModuleVersion } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { List } from '../../ui/list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { saveFile } from '../apps/download.ts';
import { LOOK_AGAIN_MILLISECONDS, StateBadge } from './state-badge.tsx';

/** One module: its versions, and for owners who uses it. */
export function ModulePage() {
  const params: { readonly module?: string } = useParams({ strict: false });
  const moduleKey = params.module ?? '';
  const query = useApi('getModule', { params: { moduleKey } });
  return (
    <Loaded query={query} skeleton={<Page title="Module">{null}</Page>}>
      {(module) => <OneModule module={module} />}
    </Loaded>
  );
}

function OneModule({ module }: { readonly module: Module }) {
  const navigate = useNavigate();
  const reason = useReason('modules.change');
  const { key, title, version, description } = module;
  return (
    <Page
      title={title}
      crumbs={[{ label: 'Modules', to: paths.modules }]}
      heading={
        <>
          {title} <Badge>Version {version}</Badge>
        </>
      }
      description={description === '' ? undefined : description}
      actions={
        <>
          <DeleteModule module={module} />
          <Button
            look="solid"
            icon={Plus}
            reason={reason}
            onClick={() => void navigate({ to: paths.publishModule(key) })}
          >
            New version
          </Button>
        </>
      }
    >
      {reason === null && <UsersPanel module={module} />}
      <VersionsPanel module={module} />
    </Page>
  );
}

function UsersPanel({ module }: { readonly module: Module }) {
  const { key: moduleKey } = module;
  const pages = useApiPages('listModuleAccounts', { params: { moduleKey } });
  const isMoving = pages.items.some(({ state }) => state === 'updating');
  // Asks again while accounts are being brought to the newest version.
  useApiPages(
    'listModuleAccounts',
    { params: { moduleKey } },
    { refetchInterval: isMoving ? LOOK_AGAIN_MILLISECONDS : false },
  );
  const retry = useAction('retryModuleUpdate', {
    stale: ['listModuleAccounts', 'getModule'],
    done: 'They are tried again',
  });
  const isBehind = pages.items.some(({ state }) => state !== 'current');
  return (
    <Panel
      title="Accounts"
      description="Who opted in, and whether they have the newest version."
      flush
      actions={
        isBehind && (
          <Button
            size="sm"
            icon={RotateCw}
            busy={retry.isPending}
            onClick={() => retry.mutate({ params: { moduleKey } })}
          >
            Try again
          </Button>
        )
      }
    >
      <List
        label="Accounts that use it"
        pages={pages}
        columns={accountColumns(moduleKey)}
        rowKey={({ accountId }) => accountId}
        empty={
          <EmptyState icon={Users} title="No account uses it yet">
            People with full access to an account opt in on its page of modules.
          </EmptyState>
        }
      />
    </Panel>
  );
}

function accountColumns(moduleKey: string): readonly Column<ModuleAccount>[] {
  return [
    {
      key: 'account',
      title: 'Account',
      cell: ({ accountKey, accountName, problem }) => (
        <span className="cell-main">
          <Link to={paths.accountModule(accountKey, moduleKey)}>{accountName}</Link>
          {problem !== null && <span className="faint truncate">{problem.message}</span>}
        </span>
      ),
    },
    {
      key: 'state',
      title: 'State',
      width: '10rem',
      cell: ({ state }) => <StateBadge state={state} />,
    },
    {
      key: 'version',
      title: 'Version',
      width: '6rem',
      hide: 'narrow',
      cell: ({ version }) => <span className="num">{version}</span>,
    },
    {
      key: 'since',
      title: 'Since',
      width: '9rem',
      hide: 'medium',
      cell: ({ appliedAt }) => <RelativeTime at={appliedAt} />,
    },
  ];
}

function VersionsPanel({ module }: { readonly module: Module }) {
  const pages = useApiPages('listModuleVersions', { params: { moduleKey: module.key } });
  return (
    <Panel title="Versions" description="They never change; a file of one can be pushed elsewhere." flush>
      <List
        label="Versions"
        pages={pages}
        columns={versionColumns(module.key)}
        rowKey={({ version }) => String(version)}
        empty={<EmptyState icon={Download} title="No versions" />}
      />
    </Panel>
  );
}

function versionColumns(moduleKey: string): readonly Column<ModuleVersion>[] {
  return [
    {
      key: 'version',
      title: 'Version',
      cell: ({ version, isInForce, notes }) => (
        <span className="cell-main">
          <span className="row">
            <strong className="num">Version {version}</strong>
            {isInForce && <Badge tone="ok">Newest</Badge>}
          </span>
          {notes !== '' && <span className="faint">{notes}</span>}
        </span>
      ),
    },
    {
      key: 'published',
      title: 'Published',
      width: '14rem',
      hide: 'narrow',
      cell: ({ publishedAt, publishedBy }) => (
        <span className="faint">
          <RelativeTime at={publishedAt} /> by {publishedBy}
        </span>
      ),
    },
    {
      key: 'file',
      title: <span className="visually-hidden">File</span>,
      width: '3.5rem',
      align: 'end',
      cell: ({ version }) => (
        <IconButton
          icon={Download}
          size="sm"
          label={`Download version ${version}`}
          onClick={() => void download(moduleKey, version)}
        />
      ),
    },
  ];
}

async function download(moduleKey: string, version: number): Promise<void> {
  const { content } = await call('getModuleVersion', { params: { moduleKey, version } });
  saveFile(
    new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }),
    `${moduleKey}-${version}.json`,
  );
}

function DeleteModule({ module }: { readonly module: Module }) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const reason = useReason('modules.change');
  const remove = useAction('deleteModule', {
    stale: ['listModules'],
    done: `${module.title} was deleted`,
    onDone: () => void navigate({ to: paths.modules }),
  });
  const used = (module.accounts ?? 0) > 0 ? 'Accounts use it: they have to opt out first' : null;
  return (
    <>
      <Button icon={Trash2} reason={reason ?? used} onClick={() => setOpen(true)}>
        Delete
      </Button>
      <ConfirmDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() => remove.mutate({ params: { moduleKey: module.key } })}
        busy={remove.isPending}
        title={`Delete ${module.title}?`}
        text="It goes with all of its versions."
        action="Delete module"
        typed={module.key}
      />
    </>
  );
}
