import { Link } from '@tanstack/react-router';
import { CircleCheck, Scale } from 'lucide-react';
import { useApi } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, words } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Stat, Stats } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';

type Item = Answer<'getBalance'>['items'][number];
const POLL_MILLISECONDS = 5000;

export function BalancePage() {
  const query = useApi('getBalance', undefined, { refetchInterval: POLL_MILLISECONDS });
  return (
    <Page
      title="Balance"
      description="What functions handed over against what was stored, set aside and dead-lettered, counted anew from the tables."
    >
      <Loaded query={query}>
        {({ balanced, items }) => (
          <>
            {items.length > 0 &&
              (balanced ? (
                <div className="notice">
                  <CircleCheck className="icon" aria-hidden />
                  <span>The books balance: nothing that was accepted is missing.</span>
                </div>
              ) : (
                <Notice tone="bad">
                  <strong>The books do not balance.</strong> A difference is below; it is an alert until it is
                  explained.
                </Notice>
              ))}
            {items.length === 0 ? (
              <Panel>
                <EmptyState icon={Scale} title="Nothing to count yet">
                  Figures appear once a function has handed over its first record.
                </EmptyState>
              </Panel>
            ) : (
              items.map((item) => (
                <BalanceItem key={`${item.appKey} ${item.connectionId ?? ''}`} item={item} />
              ))
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** The way a record takes: sent, accepted, then what became of it. Counters not named here come last. */
const ORDER = ['sent', 'accepted', 'created', 'updated', 'unchanged', 'older', 'setAside', 'deadLettered'];

function place(name: string): number {
  return ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length;
}

function inOrder(counters: Item['counters']): [string, number][] {
  return Object.entries(counters).sort(([a], [b]) => place(a) - place(b));
}

function BalanceItem({ item }: { readonly item: Item }) {
  const { appKey, connectionId, connectionName, counters, differences, checkedAt } = item;
  return (
    <Panel
      flush
      title={
        connectionId === null ? (
          <Link to={paths.app(appKey)}>App {appKey}</Link>
        ) : (
          <Link to={paths.connection(connectionId)}>{connectionName ?? appKey}</Link>
        )
      }
      actions={
        <>
          <StatusDot tone={differences.length === 0 ? 'ok' : 'bad'}>
            {differences.length === 0 ? 'Balanced' : 'Different'}
          </StatusDot>
          <span className="faint">
            checked <RelativeTime at={checkedAt} />
          </span>
        </>
      }
    >
      <div className="flat-stats">
        <Stats>
          {inOrder(counters).map(([name, value]) => (
            <Stat
              key={name}
              name={words(name.replaceAll(/([A-Z])/g, '_$1').toLowerCase())}
              value={formatCount(value)}
            />
          ))}
        </Stats>
      </div>
      {differences.map(({ name, expected, actual, message }) => (
        <div key={name} className="list-row">
          <StatusDot tone="bad" />
          <span className="grow">
            <span className="strong">{words(name)}</span> {message}
          </span>
          <span className="num faint">
            {formatCount(actual)} instead of {formatCount(expected)}
          </span>
        </div>
      ))}
    </Panel>
  );
}
