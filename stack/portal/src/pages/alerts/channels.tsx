import { Globe, History, Mail, Megaphone, Pencil, Plus, RotateCw, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { AlertChannel } from '../../data/types.ts';
import { useJob } from '../../parts/job-watch.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { plural } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { SecretDialog } from '../api-keys/secret-dialog.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import type { AlertScope } from './frame.tsx';
import { TestOutcome } from './mail-server.tsx';
import { MessagesDialog } from './messages.tsx';

const REFRESH_MILLISECONDS = 10_000;

export function ChannelsPanel({ scope }: { readonly scope: AlertScope }) {
  return scope === null ? <StackChannels /> : <AccountChannels scope={scope} />;
}

function AccountChannels({ scope }: { readonly scope: NonNullable<AlertScope> }) {
  const reason = useReason('alerts.change', scope.id);
  const query = useApi(
    'listAlertChannels',
    { params: { accountId: scope.id } },
    { enabled: reason === null, refetchInterval: REFRESH_MILLISECONDS },
  );
  if (reason !== null) return <Notice>{reason}</Notice>;
  return <Loaded query={query}>{(list) => <Channels scope={scope} {...list} />}</Loaded>;
}

function StackChannels() {
  const query = useApi('listStackAlertChannels', undefined, { refetchInterval: REFRESH_MILLISECONDS });
  return <Loaded query={query}>{(list) => <Channels scope={null} {...list} />}</Loaded>;
}

type Doing =
  | { readonly kind: 'make' }
  | { readonly kind: 'change' | 'delete' | 'secret' | 'messages'; readonly channel: AlertChannel }
  | { readonly kind: 'show'; readonly name: string; readonly secret: string };

interface ChannelsProps {
  readonly scope: AlertScope;
  readonly items: readonly AlertChannel[];
  readonly canMail: boolean;
}

function Channels({ scope, items, canMail }: ChannelsProps) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const shown = (answer: { readonly channel: AlertChannel; readonly secret: string | null }) =>
    setDoing(
      answer.secret === null ? null : { kind: 'show', name: answer.channel.name, secret: answer.secret },
    );
  const isMailLost = !canMail && items.some(({ kind, enabled }) => kind === 'email' && enabled);
  const add = (
    <Button look="solid" icon={Plus} onClick={() => setDoing({ kind: 'make' })}>
      New channel
    </Button>
  );
  return (
    <Panel
      title="Channels"
      description="Where alerts go, beside this page: to people by e-mail, or to a webhook."
      flush
      actions={items.length > 0 && add}
    >
      {isMailLost && (
        <Notice tone="warn">
          No mail server is set up, so no mail goes. An owner of the stack sets it up.
        </Notice>
      )}
      {items.length === 0 && (
        <EmptyState icon={Megaphone} title="Nobody is told yet" action={add}>
          Alerts are on this page only, until you choose who gets them.
        </EmptyState>
      )}
      {items.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} onDo={(kind) => setDoing({ kind, channel })} />
      ))}
      {doing?.kind === 'make' && <ChannelDialog scope={scope} onClose={close} onMade={shown} />}
      {doing?.kind === 'change' && <ChannelDialog scope={scope} channel={doing.channel} onClose={close} />}
      {doing?.kind === 'messages' && <MessagesDialog channel={doing.channel} onClose={close} />}
      {doing?.kind === 'show' && <SecretDialog name={doing.name} secret={doing.secret} onClose={close} />}
      {doing?.kind === 'delete' && <DeleteDialog channel={doing.channel} onClose={close} />}
      {doing?.kind === 'secret' && <NewSecretDialog channel={doing.channel} onClose={close} onMade={shown} />}
    </Panel>
  );
}

const STALE = ['listAlertChannels', 'listStackAlertChannels'] as const;

interface ChannelRowProps {
  readonly channel: AlertChannel;
  readonly onDo: (kind: 'change' | 'delete' | 'secret' | 'messages') => void;
}

function ChannelRow({ channel, onDo }: ChannelRowProps) {
  const { id, name, kind, enabled, waiting, failed, heldSince, lastSentAt, lastError } = channel;
  const [jobId, setJobId] = useState<string | null>(null);
  const test = useAction('testAlertChannel', { onDone: (job) => setJobId(job.id) });
  const job = useJob(jobId, () => {});
  const isWorking = test.isPending || job?.state === 'queued' || job?.state === 'running';
  const Icon = kind === 'email' ? Mail : Globe;
  return (
    <>
      <div className="list-row">
        <Icon className="icon faint" aria-hidden />
        <span className="grow">
          <span className="row wrap">
            <span className="strong">{name}</span>
            {!enabled && <Badge>Off</Badge>}
            {failed > 0 && <Badge tone="bad">{plural(failed, 'message')} given up</Badge>}
            {waiting > 0 && <Badge tone="warn">{plural(waiting, 'message')} to be sent</Badge>}
            {heldSince !== null && <Badge tone="warn">Hour is full, holding back</Badge>}
          </span>
          <span className="row wrap faint">
            <span className="wrap-anywhere">{whereOf(channel)}</span>
            {lastSentAt !== null && (
              <span>
                Sent <RelativeTime at={lastSentAt} />
              </span>
            )}
          </span>
          {lastError !== null && <span className="wrap-anywhere bad">{lastError}</span>}
        </span>
        <IconButton
          icon={Send}
          label={`Send a test message by ${name}`}
          reason={isWorking ? 'It is on its way' : null}
          onClick={() => {
            setJobId(null);
            test.mutate({ params: { alertChannelId: id } });
          }}
        />
        <IconButton icon={History} label={`Messages of ${name}`} onClick={() => onDo('messages')} />
        {kind === 'webhook' && (
          <IconButton icon={RotateCw} label={`New secret for ${name}`} onClick={() => onDo('secret')} />
        )}
        <IconButton icon={Pencil} label={`Change ${name}`} onClick={() => onDo('change')} />
        <IconButton icon={Trash2} label={`Delete ${name}`} onClick={() => onDo('delete')} />
      </div>
      <TestOutcome job={job} done={`The test message of ${name} was taken.`} />
    </>
  );
}

function whereOf({ kind, people, addresses, url, privateAddresses }: AlertChannel): string {
  if (kind === 'webhook') return `${url ?? ''}${privateAddresses ? ' (private addresses allowed)' : ''}`;
  const parts = [...(people.length > 0 ? [plural(people.length, 'person', 'people')] : []), ...addresses];
  return parts.join(', ');
}

interface DialogProps {
  readonly channel: AlertChannel;
  readonly onClose: () => void;
}

function DeleteDialog({ channel, onClose }: DialogProps) {
  const remove = useAction('deleteAlertChannel', { stale: STALE, done: 'Deleted', onDone: onClose });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      onConfirm={() => remove.mutate({ params: { alertChannelId: channel.id } })}
      busy={remove.isPending}
      title={`Delete ${channel.name}?`}
      text="Nobody is told by it any more, and what it has still to send is not sent."
      action="Delete"
    />
  );
}

interface NewSecretProps extends DialogProps {
  readonly onMade: (answer: { readonly channel: AlertChannel; readonly secret: string | null }) => void;
}

function NewSecretDialog({ channel, onClose, onMade }: NewSecretProps) {
  const change = useAction('changeChannelSecret', { stale: STALE, onDone: onMade });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      onConfirm={() => change.mutate({ params: { alertChannelId: channel.id } })}
      busy={change.isPending}
      title={`Give ${channel.name} a new secret?`}
      text="From now on its messages are signed with the new one. Whoever checks with the old one refuses them."
      action="Make a new secret"
    />
  );
}
