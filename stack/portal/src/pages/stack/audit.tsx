import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FileClock } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useApi, useApiPages } from '../../data/api.ts';
import type { AuditEvent } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatDateTime, words } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { List } from '../../ui/list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';

export function AuditPage() {
  const unseen = useReason('audit.read');
  return (
    <Page title="Audit trail" description="Every change to anything in this stack: who, what, when.">
      {unseen === null ? <Events /> : <Notice>{unseen}</Notice>}
    </Page>
  );
}

function Events() {
  const search: { readonly account?: unknown } = useSearch({ strict: false });
  const account = typeof search.account === 'string' ? search.account : '';
  const navigate = useNavigate();
  const accounts = useApi('listAccounts', { query: { limit: 200 } });
  const pages = useApiPages('listAuditEvents', { query: account === '' ? {} : { accountId: account } });
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  return (
    <>
      <div className="toolbar">
        <Select
          slim
          aria-label="Account"
          value={account}
          choices={[
            { value: '', label: 'Everything' },
            ...(accounts.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) =>
            void navigate({ to: '.', search: value === '' ? {} : { account: value }, replace: true })
          }
        />
      </div>
      <Panel flush>
        <List
          label="Changes"
          pages={pages}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          onOpen={setOpened}
          empty={
            <EmptyState icon={FileClock} title="No changes yet">
              Each change that a person, the command line or the stack itself makes is kept here.
            </EmptyState>
          }
        />
      </Panel>
      {opened !== null && <EventDialog event={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

const COLUMNS: readonly Column<AuditEvent>[] = [
  {
    key: 'who',
    title: 'Who',
    width: '22%',
    cell: ({ actorName }) => <span className="strong">{actorName}</span>,
  },
  { key: 'what', title: 'What', cell: ({ action }) => <span title={action}>{actionWords(action)}</span> },
  {
    key: 'subject',
    title: 'Of',
    hide: 'narrow',
    cell: (event) => <Subject event={event} />,
  },
  { key: 'at', title: 'When', width: '8rem', align: 'end', cell: ({ at }) => <RelativeTime at={at} /> },
];

/** `app_version.switch_on` as words: “Switch on app version”. */
function actionWords(action: string): string {
  const [kind = '', verb] = action.split('.');
  return verb === undefined ? words(kind) : `${words(verb)} ${words(kind).toLowerCase()}`;
}

/** By its name where that is still known, and with the way there. */
function Subject({ event: { subjectKind, subjectId } }: { readonly event: AuditEvent }) {
  const accounts = useApi('listAccounts', { query: { limit: 200 } });
  const connections = useApi('listConnections', { query: { limit: 200 } });
  const people = useApi('listPeople', {});
  const named = (items: readonly { readonly id: string; readonly name: string }[] | undefined) =>
    items?.find(({ id }) => id === subjectId)?.name;
  const account = named(accounts.data?.items);
  const connection = named(connections.data?.items);
  const name = account ?? connection ?? named(people.data?.items);
  const to =
    account !== undefined
      ? paths.account(subjectId)
      : connection === undefined
        ? null
        : paths.connection(subjectId);
  return (
    <span className="muted">
      {words(subjectKind)} {name === undefined && <code className="faint">{subjectId}</code>}
      {name !== undefined &&
        (to === null ? (
          name
        ) : (
          <Link className="link" to={to}>
            {name}
          </Link>
        ))}
    </span>
  );
}

function EventDialog({ event, onClose }: { readonly event: AuditEvent; readonly onClose: () => void }) {
  return (
    <Dialog open wide onClose={onClose} title={event.action}>
      <Properties
        items={[
          { name: 'Who', value: `${event.actorName} (${event.actor})` },
          { name: 'When', value: formatDateTime(new Date(event.at)) },
          { name: 'Of', value: `${event.subjectKind} ${event.subjectId}` },
          event.requestId === null ? null : { name: 'Request', value: <code>{event.requestId}</code> },
        ]}
      />
      <JsonView value={event.detail} />
      <span />
    </Dialog>
  );
}
