import { useParams } from '@tanstack/react-router';
import { Inbox, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApiPages } from '../../data/api.ts';
import type { DeadLetter } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Bytes } from '../../ui/numbers.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import './stack.css';

/** The API takes at most this many ids at once. */
const MAX_IDS = 200;
const TITLE = 'Dead letters';
const CRUMBS = [{ label: 'Queues', to: paths.queues }];

export function DeadLettersPage() {
  const params: { readonly app?: string } = useParams({ strict: false });
  const unseen = useReason('dead_letters.read');
  if (unseen === null) return <DeadLetters appKey={params.app ?? ''} />;
  return (
    <Page title={TITLE} crumbs={CRUMBS}>
      <Notice>{unseen}</Notice>
    </Page>
  );
}

function DeadLetters({ appKey }: { readonly appKey: string }) {
  const pages = useApiPages('listDeadLetters', { params: { appKey } });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<DeadLetter | null>(null);
  const [deleting, setDeleting] = useState(false);
  const clear = () => {
    setChosen(new Set());
    setDeleting(false);
  };
  const stale = ['listDeadLetters', 'listQueues'] as const;
  const redrive = useAction('redriveDeadLetters', {
    stale,
    done: ({ redriven }) => `${plural(redriven, 'message')} put back into the queue`,
    onDone: clear,
  });
  const remove = useAction('deleteDeadLetters', {
    stale,
    done: ({ deleted }) => `${plural(deleted, 'dead letter')} deleted`,
    onDone: clear,
  });
  const ids = [...chosen].slice(0, MAX_IDS);
  const toggle = (id: string, on: boolean) =>
    setChosen(new Set(on ? [...chosen, id] : [...chosen].filter((each) => each !== id)));
  return (
    <Page
      title={TITLE}
      crumbs={CRUMBS}
      description={`Messages of ${appKey} that could not be processed. Nothing is silently gone: read the reason, then put them back or delete them.`}
      actions={
        <Actions
          chosen={ids.length}
          any={pages.items.length > 0}
          busy={redrive.isPending}
          onDelete={() => setDeleting(true)}
          onRedrive={() => redrive.mutate({ params: { appKey }, body: ids.length === 0 ? {} : { ids } })}
        />
      }
    >
      <Panel flush>
        <List
          label="Dead letters"
          pages={pages}
          rowKey={({ id }) => id}
          onOpen={setOpened}
          columns={columnsOf(chosen, toggle)}
          empty={
            <EmptyState icon={Inbox} title="No dead letters">
              Every message of this app was processed.
            </EmptyState>
          }
        />
      </Panel>
      {opened !== null && <LetterDialog letter={opened} onClose={() => setOpened(null)} />}
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate({ params: { appKey }, body: { ids } })}
        busy={remove.isPending}
        title={`Delete ${plural(ids.length, 'dead letter')}?`}
        text="Their records and log lines are lost for good, unless a later sync brings them again."
        action="Delete for good"
      />
    </Page>
  );
}

interface ActionsProps {
  readonly chosen: number;
  readonly any: boolean;
  readonly busy: boolean;
  readonly onDelete: () => void;
  readonly onRedrive: () => void;
}

function Actions({ chosen, any, busy, onDelete, onRedrive }: ActionsProps) {
  const reason = useReason('dead_letters.change');
  return (
    <>
      <Button
        icon={Trash2}
        look="danger"
        reason={reason ?? (chosen === 0 ? 'Choose some first' : null)}
        onClick={onDelete}
      >
        {chosen === 0 ? 'Delete' : `Delete ${String(chosen)}`}
      </Button>
      <Button
        icon={RotateCcw}
        busy={busy}
        reason={reason ?? (any ? null : 'There are none')}
        onClick={onRedrive}
      >
        {chosen === 0 ? 'Put all back' : `Put ${String(chosen)} back`}
      </Button>
    </>
  );
}

function columnsOf(
  chosen: ReadonlySet<string>,
  toggle: (id: string, on: boolean) => void,
): readonly Column<DeadLetter>[] {
  return [
    {
      key: 'choose',
      title: <span className="visually-hidden">Choose</span>,
      width: '3rem',
      cell: ({ id }) => (
        <Checkbox hidden label={`Choose ${id}`} checked={chosen.has(id)} onChange={(on) => toggle(id, on)} />
      ),
    },
    {
      key: 'reason',
      title: 'Reason',
      width: '12rem',
      cell: ({ reason: { code } }) => <Badge tone="bad">{code}</Badge>,
    },
    { key: 'message', title: 'What was wrong', hide: 'narrow', cell: ({ reason: { message } }) => message },
    {
      key: 'bytes',
      title: 'Size',
      width: '6rem',
      align: 'end',
      hide: 'medium',
      cell: ({ bytes }) => <Bytes value={bytes} />,
    },
    {
      key: 'died',
      title: 'Set aside',
      width: '8rem',
      align: 'end',
      cell: ({ diedAt }) => <RelativeTime at={diedAt} />,
    },
  ];
}

function LetterDialog({ letter, onClose }: { readonly letter: DeadLetter; readonly onClose: () => void }) {
  return (
    <Dialog open wide onClose={onClose} title="Dead letter" description={letter.reason.message}>
      <Properties
        items={[
          { name: 'Reason', value: <code>{letter.reason.code}</code> },
          { name: 'Received', value: plural(letter.receiveCount, 'time') },
          { name: 'Sent', value: <RelativeTime at={letter.sentAt} /> },
          { name: 'Size', value: <Bytes value={letter.bytes} /> },
        ]}
      />
      <pre className="raw" tabIndex={0}>
        {letter.body}
      </pre>
      <span />
    </Dialog>
  );
}
