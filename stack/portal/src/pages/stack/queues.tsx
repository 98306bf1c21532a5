import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { QueueDepth } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatMilliseconds } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Count } from '../../ui/numbers.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Stat, Stats } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import type { Column } from '../../ui/table.tsx';

export function QueuesPage() {
  const poll = usePollInterval();
  const query = useApi('listQueues', undefined, { refetchInterval: poll });
  const unseen = useReason('dead_letters.read');
  const all = useReason('all_queues.read');
  return (
    <Page
      title="Queues"
      description="Functions drop what they read into the queue of their app; the intake takes it from there."
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <EmptyState icon={Inbox} title="No queues yet">
                {all === null
                  ? 'Each app has one. Push an app to see it here.'
                  : 'The queues of the apps that your accounts are connected to are shown here.'}
              </EmptyState>
            </Panel>
          ) : (
            <>
              <Totals queues={items} />
              <Panel flush>
                <Table
                  label="Queues"
                  columns={columnsOf(unseen === null)}
                  rows={items}
                  rowKey={({ appKey }) => appKey}
                />
              </Panel>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Totals({ queues }: { readonly queues: readonly QueueDepth[] }) {
  const sum = (of: (queue: QueueDepth) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const dead = sum(({ dead: one }) => one);
  return (
    <Stats>
      <Stat name="Waiting" value={formatCount(sum(({ visible }) => visible))} />
      <Stat name="In flight" value={formatCount(sum(({ inFlight }) => inFlight))} />
      <Stat name="Delayed" value={formatCount(sum(({ delayed }) => delayed))} />
      <Stat name="Dead letters" value={formatCount(dead)} tone={dead > 0 ? 'bad' : undefined} />
    </Stats>
  );
}

function columnsOf(mayRead: boolean): readonly Column<QueueDepth>[] {
  return [
    {
      key: 'app',
      title: 'App',
      cell: ({ appKey }) => (
        <span className="cell-main">
          <Link to={paths.app(appKey)}>{appKey}</Link>
        </span>
      ),
    },
    { key: 'visible', title: 'Waiting', align: 'end', cell: ({ visible }) => <Count value={visible} /> },
    { key: 'inFlight', title: 'In flight', align: 'end', cell: ({ inFlight }) => <Count value={inFlight} /> },
    {
      key: 'delayed',
      title: 'Delayed',
      align: 'end',
      hide: 'narrow',
      cell: ({ delayed }) => <Count value={delayed} />,
    },
    {
      key: 'oldest',
      title: 'Oldest',
      align: 'end',
      hide: 'narrow',
      cell: ({ oldestAgeSeconds }) =>
        oldestAgeSeconds === null ? (
          <span className="faint">—</span>
        ) : (
          <span className="num">{formatMilliseconds(oldestAgeSeconds * 1000)}</span>
        ),
    },
    {
      key: 'dead',
      title: 'Dead letters',
      align: 'end',
      cell: ({ appKey, dead }) =>
        mayRead ? (
          <Link
            className="link num"
            to={paths.deadLetters(appKey)}
            aria-label={`${String(dead)} dead letters of ${appKey}`}
          >
            {formatCount(dead)}
          </Link>
        ) : (
          <Count value={dead} />
        ),
    },
  ];
}
