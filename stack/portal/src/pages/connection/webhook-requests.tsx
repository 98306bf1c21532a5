import { Inbox, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import { usePollInterval } from '../../data/live.ts';
import type { Connection, WebhookRequest } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { choiceColumn, requestColumns, REQUEST_STATE_WORDS } from './webhook-columns.tsx';
import { WebhookRequestDialog } from './webhook-request.tsx';

const STATES = ['waiting', 'running', 'processed', 'refused', 'dead'] as const;
const STATE_CHOICES = [
  { value: '', label: 'In every state' },
  ...STATES.map((value) => ({ value, label: REQUEST_STATE_WORDS[value] })),
];
/** The API takes at most this many ids at once. */
const IDS_MOST = 200;

export function WebhookRequestsPanel({ connection }: { readonly connection: Connection }) {
  const poll = usePollInterval();
  const [state, setState] = useState<WebhookRequest['state'] | ''>('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<WebhookRequest | null>(null);
  const pages = useApiPages(
    'listWebhookRequests',
    { params: { connectionId: connection.id }, query: state === '' ? {} : { state: [state] } },
    { refetchInterval: poll },
  );
  const toggle = (id: string, on: boolean) =>
    setChosen(new Set(on ? [...chosen, id] : [...chosen].filter((each) => each !== id)));
  return (
    <Panel
      title="Received requests"
      description="Processed in the order of their arrival; one that fails holds up those behind it until it is dead."
      flush
      actions={
        <>
          <Select
            slim
            aria-label="State"
            value={state}
            choices={STATE_CHOICES}
            onChange={(value) => setState(STATES.find((one) => one === value) ?? '')}
          />
          <RequestActions
            connection={connection}
            ids={[...chosen].slice(0, IDS_MOST)}
            onDone={() => setChosen(new Set())}
          />
        </>
      }
    >
      <List
        label="Received requests"
        pages={pages}
        rowKey={({ id }) => id}
        onOpen={setOpened}
        columns={[choiceColumn(chosen, toggle), ...requestColumns]}
        empty={
          <EmptyState icon={Inbox} title="No requests">
            What the outside system sends to the addresses above is listed here.
          </EmptyState>
        }
      />
      {opened !== null && (
        <WebhookRequestDialog connection={connection} request={opened} onClose={() => setOpened(null)} />
      )}
    </Panel>
  );
}

interface RequestActionsProps {
  readonly connection: Connection;
  readonly ids: string[];
  readonly onDone: () => void;
}

function RequestActions({ connection, ids, onDone }: RequestActionsProps) {
  const [deleting, setDeleting] = useState(false);
  const reason = useReason('webhooks.change', connection.account.id);
  const input = { params: { connectionId: connection.id }, body: { ids } };
  const stale = ['listWebhookRequests', 'listWebhooks'] as const;
  const redrive = useAction('redriveWebhookRequests', {
    stale,
    done: ({ redriven }) => `${plural(redriven, 'request')} put back`,
    onDone,
  });
  const remove = useAction('deleteWebhookRequests', {
    stale,
    done: ({ deleted }) => `${plural(deleted, 'request')} deleted`,
    onDone: () => {
      setDeleting(false);
      onDone();
    },
  });
  const unchosen = reason ?? (ids.length === 0 ? 'Choose dead or refused requests first' : null);
  return (
    <>
      <Button size="sm" icon={Trash2} look="danger" reason={unchosen} onClick={() => setDeleting(true)}>
        Delete
      </Button>
      <Button
        size="sm"
        icon={RotateCcw}
        busy={redrive.isPending}
        reason={unchosen}
        onClick={() => redrive.mutate(input)}
      >
        Process again
      </Button>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate(input)}
        busy={remove.isPending}
        title={`Delete ${plural(ids.length, 'request')}?`}
        text="What they would have brought is not stored, unless a sync brings it."
        action="Delete for good"
      />
    </>
  );
}
