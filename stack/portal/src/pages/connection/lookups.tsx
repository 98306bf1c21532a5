import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { RefreshCw, SearchCheck } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { Connection, Lookup } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { StatusDot } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural, words } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';
import { Segments } from '../../ui/tabs.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import type { ReactNode } from 'react';
import { ConnectionFrame } from './frame.tsx';

const STATES = ['gave_up', 'pending', 'running', 'found'] as const;
const TONES: Readonly<Record<Lookup['state'], Tone>> = {
  gave_up: 'bad',
  pending: 'idle',
  running: 'live',
  found: 'ok',
};

export function ConnectionLookupsPage() {
  return <ConnectionFrame>{(connection) => <Lookups connection={connection} />}</ConnectionFrame>;
}

function Lookups({ connection }: { readonly connection: Connection }) {
  const search: { readonly state?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const poll = usePollInterval();
  const state = STATES.find((each) => each === search.state) ?? 'gave_up';
  const input = { params: { connectionId: connection.id } };
  const pages = useApiPages('listLookups', { ...input, query: { state } }, { refetchInterval: poll });
  const reason = useReason('lookups.change', connection.account.id);
  const retry = useAction('retryLookups', {
    stale: ['listLookups'],
    done: ({ retried }) => `${plural(retried, 'lookup')} will be tried again`,
  });
  return (
    <>
      <p className="muted">
        When a record names another one that is not here yet, that one is looked up by its primary id, once,
        however many records name it.
      </p>
      <div className="toolbar">
        <Segments
          label="State"
          value={state}
          choices={STATES.map((value) => ({ value, label: words(value) }))}
          onChange={(value) => void navigate({ to: '.', search: { state: value }, replace: true })}
        />
        {state === 'gave_up' && pages.items.length > 0 && (
          <Button
            size="sm"
            icon={RefreshCw}
            reason={reason}
            busy={retry.isPending}
            onClick={() => retry.mutate({ ...input, body: {} })}
          >
            Try all again
          </Button>
        )}
      </div>
      <Panel flush>
        <List
          label="Lookups"
          pages={pages}
          columns={columnsOf((lookup) =>
            lookup.state === 'gave_up' ? (
              <Button
                size="sm"
                reason={reason}
                onClick={() =>
                  retry.mutate({
                    ...input,
                    body: { recordType: lookup.recordType, recordIds: [lookup.recordId] },
                  })
                }
              >
                Try again
              </Button>
            ) : lookup.runId === null ? null : (
              <Link className="link" to={paths.run(lookup.runId)}>
                Run
              </Link>
            ),
          )}
          rowKey={({ recordType, recordId }) => `${recordType} ${recordId}`}
          empty={
            <EmptyState
              icon={SearchCheck}
              title={
                state === 'gave_up' ? 'No lookup has given up' : `No lookup is ${words(state).toLowerCase()}`
              }
            >
              {state === 'gave_up' &&
                'Every record that another one names was found, or is still being looked for.'}
            </EmptyState>
          }
        />
      </Panel>
    </>
  );
}

function columnsOf(action: (lookup: Lookup) => ReactNode): readonly Column<Lookup>[] {
  return [
    { key: 'id', title: 'Primary id', cell: ({ recordId }) => <span className="strong">{recordId}</span> },
    { key: 'type', title: 'Record type', cell: ({ recordType }) => recordType, hide: 'narrow' },
    {
      key: 'state',
      title: 'State',
      width: '8rem',
      cell: ({ state }) => <StatusDot tone={TONES[state]}>{words(state)}</StatusDot>,
    },
    {
      key: 'reason',
      title: 'Reason',
      hide: 'medium',
      cell: ({ reason }) => (
        <span className="muted" title={reason ?? ''}>
          {reason}
        </span>
      ),
    },
    {
      key: 'attempts',
      title: 'Attempts',
      width: '5.5rem',
      align: 'end',
      hide: 'narrow',
      cell: ({ attempts }) => <span className="num">{attempts}</span>,
    },
    {
      key: 'at',
      title: 'When',
      width: '8rem',
      align: 'end',
      hide: 'narrow',
      cell: ({ settledAt, requestedAt }) => <RelativeTime at={settledAt ?? requestedAt} />,
    },
    {
      key: 'action',
      title: <span className="visually-hidden">Action</span>,
      width: '7rem',
      align: 'end',
      cell: action,
    },
  ];
}
