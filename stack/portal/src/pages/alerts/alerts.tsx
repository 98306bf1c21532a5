import { Link } from '@tanstack/react-router';
import { BellRing, Check, Clock } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import type { Input } from '../../data/api.ts';
import type { Alert } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatDateTime, plural } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import type { Column } from '../../ui/table.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { AccountAlertFrame, StackAlertFrame } from './frame.tsx';
import type { AlertScope } from './frame.tsx';
import { KIND_CHOICES } from './words.ts';
import './alerts.css';

const REFRESH_MILLISECONDS = 15_000;
const HOUR = 3_600_000;
const SNOOZES = [
  { hours: 1, label: 'For an hour' },
  { hours: 8, label: 'For eight hours' },
  { hours: 24, label: 'For a day' },
  { hours: 168, label: 'For a week' },
] as const;

export function AccountAlertsPage() {
  return <AccountAlertFrame>{(account) => <Alerts scope={account} />}</AccountAlertFrame>;
}

export function StackAlertsPage() {
  return (
    <StackAlertFrame>
      <Alerts scope={null} />
    </StackAlertFrame>
  );
}

type State = 'open' | 'resolved';

function Alerts({ scope }: { readonly scope: AlertScope }) {
  const [state, setState] = useState<State>('open');
  const [kind, setKind] = useState('');
  const chosen = KIND_CHOICES.find(({ value }) => value === kind);
  const query: NonNullable<Input<'listAlerts'>>['query'] = {
    state,
    ...(scope === null ? {} : { accountId: scope.id }),
    ...(chosen === undefined ? {} : { kind: chosen.value }),
  };
  const pages = useApiPages('listAlerts', { query }, { refetchInterval: REFRESH_MILLISECONDS });
  return (
    <Panel
      flush
      title={state === 'open' ? 'Open' : 'Resolved'}
      actions={
        <>
          <Select
            slim
            aria-label="What happened"
            value={kind}
            choices={[{ value: '', label: 'Everything' }, ...KIND_CHOICES]}
            onChange={setKind}
          />
          <Segments
            label="Which"
            value={state}
            choices={[
              { value: 'open', label: 'Open' },
              { value: 'resolved', label: 'Resolved' },
            ]}
            onChange={setState}
          />
        </>
      }
    >
      <List
        label="Alerts"
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsOf(state, scope)}
        empty={
          <EmptyState icon={BellRing} title={state === 'open' ? 'Nothing is wrong' : 'Nothing was wrong'}>
            {state === 'open'
              ? 'A workflow or a sync that fails, refused credentials and queues that grow old appear here within a minute.'
              : 'Alerts that are over are kept as long as the sync history.'}
          </EmptyState>
        }
      />
    </Panel>
  );
}

function columnsOf(state: State, scope: AlertScope): readonly Column<Alert>[] {
  return [
    {
      key: 'what',
      title: 'What',
      cell: (alert) => (
        <span className="stack tight alert-text">
          <span className="row wrap">
            <Link to={alert.path} className="strong">
              {alert.title}
            </Link>
            {alert.occurrences > 1 && <Badge tone="warn">{plural(alert.occurrences, 'time')}</Badge>}
          </span>
          <span className="wrap-anywhere">{alert.message}</span>
          {state === 'open' && <span className="faint">{alert.next}</span>}
          <Attention alert={alert} />
        </span>
      ),
    },
    ...(scope === null
      ? [
          {
            key: 'account',
            title: 'Account',
            width: '10rem',
            hide: 'medium' as const,
            cell: ({ account }: Alert) => account?.name ?? <span className="faint">The stack</span>,
          },
        ]
      : []),
    {
      key: 'since',
      title: state === 'open' ? 'Since' : 'Resolved',
      width: '9rem',
      hide: 'narrow',
      cell: ({ raisedAt, resolvedAt }) => <RelativeTime at={resolvedAt ?? raisedAt} />,
    },
    ...(state === 'open'
      ? [
          {
            key: 'do',
            title: <span className="visually-hidden">Look after it</span>,
            width: '16rem',
            align: 'end' as const,
            cell: (alert: Alert) => <Actions alert={alert} />,
          },
        ]
      : []),
  ];
}

function Attention({ alert }: { readonly alert: Alert }) {
  const { acknowledgedAt, acknowledgedBy, snoozedUntil, resolvedAt } = alert;
  if (resolvedAt !== null) return null;
  const isAsleep = snoozedUntil !== null && Date.parse(snoozedUntil) > Date.now();
  if (acknowledgedAt === null && !isAsleep) return null;
  return (
    <span className="row wrap faint">
      {acknowledgedAt !== null && (
        <span>
          {acknowledgedBy ?? 'Somebody'} looks after it, since <RelativeTime at={acknowledgedAt} />
        </span>
      )}
      {isAsleep && <span>Quiet until {formatDateTime(new Date(snoozedUntil))}</span>}
    </span>
  );
}

function Actions({ alert }: { readonly alert: Alert }) {
  const forStack = useReason('stack_alerts.change');
  const forAccount = useReason('alerts.change', alert.account?.id);
  const reason = alert.account === null ? forStack : forAccount;
  const attend = useAction('attendAlert', { stale: ['listAlerts', 'getAccount', 'listAccounts'] });
  const change = (body: Input<'attendAlert'>['body']) =>
    attend.mutate({ params: { alertId: alert.id }, body });
  const isOurs = alert.acknowledgedAt !== null;
  const isAsleep = alert.snoozedUntil !== null && Date.parse(alert.snoozedUntil) > Date.now();
  return (
    <span className="row end">
      <Button
        icon={Check}
        reason={reason}
        busy={attend.isPending}
        onClick={() => change({ acknowledged: !isOurs })}
      >
        {isOurs ? 'Let go' : 'Acknowledge'}
      </Button>
      {reason === null && (
        <Menu
          trigger={
            <Button icon={Clock} aria-label={`Snooze ${alert.title}`}>
              Snooze
            </Button>
          }
        >
          {SNOOZES.map(({ hours, label }) => (
            <MenuItem
              key={hours}
              onSelect={() => change({ snoozedUntil: new Date(Date.now() + hours * HOUR).toISOString() })}
            >
              {label}
            </MenuItem>
          ))}
          {isAsleep && <MenuItem onSelect={() => change({ snoozedUntil: null })}>Wake it up</MenuItem>}
        </Menu>
      )}
    </span>
  );
}
