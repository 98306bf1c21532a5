import type { WebhookRequest } from '../../data/types.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { formatDateTime, plural } from '../../ui/format.ts';
import { Bytes } from '../../ui/numbers.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';

export const REQUEST_STATE_WORDS: Readonly<Record<WebhookRequest['state'], string>> = {
  waiting: 'Waits',
  running: 'Runs',
  processed: 'Processed',
  refused: 'Refused',
  dead: 'Dead',
};

const TONES = { waiting: 'idle', running: 'live', processed: 'ok', refused: 'warn', dead: 'bad' } as const;

export function RequestState({ request }: { readonly request: WebhookRequest }) {
  const { state, attempts } = request;
  const again = state === 'waiting' && attempts > 0 ? `, failed ${plural(attempts, 'time')}` : '';
  return (
    <StatusDot tone={TONES[state]}>
      {REQUEST_STATE_WORDS[state]}
      {again}
    </StatusDot>
  );
}

/** What came of it, in a few words. */
function outcomeOf(request: WebhookRequest): string {
  if (request.error !== null && request.state !== 'processed') return request.error.message;
  const parts = [
    [request.created, 'new'],
    [request.updated, 'changed'],
    [request.unchanged, 'unchanged'],
    [request.older, 'older'],
    [request.invalid, 'in quarantine'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${String(count)} ${word}`);
  return told.length === 0 ? (request.state === 'processed' ? 'No records' : '') : told.join(', ');
}

/** Only what ended badly can be chosen: nothing else can be done with a request. */
export function choiceColumn(
  chosen: ReadonlySet<string>,
  toggle: (id: string, on: boolean) => void,
): Column<WebhookRequest> {
  return {
    key: 'choose',
    title: <span className="visually-hidden">Choose</span>,
    width: '3rem',
    cell: ({ id, state, receivedAt }) => (
      <Checkbox
        hidden
        label={`Choose the request of ${formatDateTime(new Date(receivedAt))}`}
        disabled={state !== 'dead' && state !== 'refused'}
        checked={chosen.has(id)}
        onChange={(on) => toggle(id, on)}
      />
    ),
  };
}

export const requestColumns: readonly Column<WebhookRequest>[] = [
  { key: 'state', title: 'State', width: '11rem', cell: (request) => <RequestState request={request} /> },
  { key: 'webhook', title: 'Webhook', width: '9rem', hide: 'narrow', cell: ({ webhook }) => webhook },
  {
    key: 'outcome',
    title: 'What came of it',
    hide: 'narrow',
    cell: (request) => <span className="truncate">{outcomeOf(request)}</span>,
  },
  {
    key: 'bytes',
    title: 'Size',
    width: '6rem',
    align: 'end',
    hide: 'medium',
    cell: ({ bytes }) => <Bytes value={bytes} />,
  },
  {
    key: 'received',
    title: 'Received',
    width: '8rem',
    align: 'end',
    cell: ({ receivedAt }) => <RelativeTime at={receivedAt} />,
  },
];
