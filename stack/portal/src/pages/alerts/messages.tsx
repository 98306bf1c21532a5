import { Mails } from 'lucide-react';
import { useAction, useApiPages } from '../../data/api.ts';
import type { AlertChannel, AlertMessage } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import './alerts.css';

interface MessagesDialogProps {
  readonly channel: AlertChannel;
  readonly onClose: () => void;
}

const REFRESH_MILLISECONDS = 5_000;

export function MessagesDialog({ channel, onClose }: MessagesDialogProps) {
  const params = { alertChannelId: channel.id };
  const pages = useApiPages('listAlertMessages', { params }, { refetchInterval: REFRESH_MILLISECONDS });
  const retry = useAction('retryAlertMessages', {
    stale: ['listAlertMessages', 'listAlertChannels', 'listStackAlertChannels'],
    done: ({ retried }) => `${plural(retried, 'message')} will be sent again`,
  });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Messages of ${channel.name}`}
      actions={
        <>
          {pages.items.some(({ state }) => state === 'failed') && (
            <Button busy={retry.isPending} onClick={() => retry.mutate({ params })}>
              Send those given up again
            </Button>
          )}
          <Button look="solid" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <List
        label="Messages"
        pages={pages}
        rowKey={({ id }) => id}
        columns={COLUMNS}
        empty={
          <EmptyState icon={Mails} title="No messages yet">
            The next alert makes the first one.
          </EmptyState>
        }
      />
    </Dialog>
  );
}

const STATES = {
  waiting: { tone: 'warn', label: 'To be sent' },
  sent: { tone: 'ok', label: 'Sent' },
  failed: { tone: 'bad', label: 'Given up' },
} as const;

const COLUMNS: readonly Column<AlertMessage>[] = [
  {
    key: 'what',
    title: 'Message',
    cell: ({ subject, error, attempts, nextAt }) => (
      <span className="stack tight alert-text">
        <span className="wrap-anywhere">{subject}</span>
        {error !== null && <span className="wrap-anywhere faint">{error}</span>}
        {nextAt !== null && attempts > 0 && (
          <span className="faint">
            Tried {plural(attempts, 'time')}, next <RelativeTime at={nextAt} />
          </span>
        )}
      </span>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: '7rem',
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>,
  },
  {
    key: 'at',
    title: 'When',
    width: '8rem',
    hide: 'narrow',
    cell: ({ madeAt, settledAt }) => <RelativeTime at={settledAt ?? madeAt} />,
  },
];
