import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { AlertChannel } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';
import { Segments } from '../../ui/tabs.tsx';
import type { AlertScope } from './frame.tsx';
import { KIND_CHOICES, kindsFor } from './words.ts';

interface ChannelDialogProps {
  readonly scope: AlertScope;
  /** Absent: a new one is made. */
  readonly channel?: AlertChannel | undefined;
  readonly onClose: () => void;
  readonly onMade?:
    ((answer: { readonly channel: AlertChannel; readonly secret: string | null }) => void) | undefined;
}

const STALE = ['listAlertChannels', 'listStackAlertChannels'] as const;

type Draft = Pick<
  AlertChannel,
  'name' | 'kind' | 'enabled' | 'kinds' | 'everyAccount' | 'people' | 'perHour'
> & { readonly url: string; readonly addresses: string };

function draftOf(channel: AlertChannel | undefined): Draft {
  return {
    name: channel?.name ?? '',
    kind: channel?.kind ?? 'email',
    enabled: channel?.enabled ?? true,
    kinds: channel?.kinds ?? null,
    everyAccount: channel?.everyAccount ?? false,
    people: channel?.people ?? [],
    perHour: channel?.perHour ?? 10,
    url: channel?.url ?? '',
    addresses: channel?.addresses.join('\n') ?? '',
  };
}

export function ChannelDialog({ scope, channel, onClose, onMade }: ChannelDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(channel));
  const { save, busy, error } = useSave({ scope, channel, onClose, onMade });
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={channel === undefined ? 'New channel' : `Change ${channel.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" busy={busy} reason={missing(draft)} onClick={() => save(draft)}>
            {channel === undefined ? 'Make the channel' : 'Save'}
          </Button>
        </>
      }
    >
      <div className="stack">
        {channel === undefined && (
          <Segments
            label="Kind"
            value={draft.kind}
            choices={[
              { value: 'email', label: 'By e-mail' },
              { value: 'webhook', label: 'To a webhook' },
            ]}
            onChange={(kind) => set({ kind })}
          />
        )}
        <Field label="Name">
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        {draft.kind === 'email' ? (
          <Recipients scope={scope} draft={draft} set={set} />
        ) : (
          <Address draft={draft} set={set} />
        )}
        {channel?.kind === 'webhook' && <PrivateAddresses channel={channel} />}
        <What scope={scope} draft={draft} set={set} />
        <Pace draft={draft} set={set} />
        <Checkbox label="Switched on" checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
        {error !== null && <ErrorState error={error} />}
      </div>
    </Dialog>
  );
}

function useSave({ scope, channel, onClose, onMade }: ChannelDialogProps) {
  const choices = { stale: STALE, quiet: true } as const;
  const made = {
    ...choices,
    onDone: (answer: Parameters<NonNullable<typeof onMade>>[0]) => onMade?.(answer),
  };
  const make = useAction('createAlertChannel', made);
  const makeForStack = useAction('createStackAlertChannel', made);
  const change = useAction('updateAlertChannel', { ...choices, done: 'Saved', onDone: onClose });
  const save = (draft: Draft) => {
    const isMail = draft.kind === 'email';
    const body = {
      name: draft.name.trim(),
      enabled: draft.enabled,
      kinds: draft.kinds === null ? null : [...draft.kinds],
      everyAccount: draft.everyAccount,
      people: isMail ? [...draft.people] : [],
      addresses: isMail ? addressesOf(draft) : [],
      perHour: draft.perHour,
      ...(isMail ? {} : { url: draft.url.trim() }),
    };
    if (channel !== undefined) change.mutate({ params: { alertChannelId: channel.id }, body });
    else if (scope === null) makeForStack.mutate({ body: { ...body, kind: draft.kind } });
    else make.mutate({ params: { accountId: scope.id }, body: { ...body, kind: draft.kind } });
  };
  return {
    save,
    busy: make.isPending || makeForStack.isPending || change.isPending,
    error: make.error ?? makeForStack.error ?? change.error,
  };
}

function Address({ draft, set }: Omit<PartProps, 'scope'>) {
  return (
    <Field
      label="Address"
      hint="Gets a POST of JSON, signed with a secret that is shown once. Https, and a public address unless an owner allows more."
    >
      {(ids) => (
        <Input {...ids} type="url" value={draft.url} onChange={(event) => set({ url: event.target.value })} />
      )}
    </Field>
  );
}

function Pace({ draft, set }: Omit<PartProps, 'scope'>) {
  return (
    <Field
      label="Messages in an hour, at the most"
      hint="What is above it waits, and the next message says so."
    >
      {(ids) => (
        <Input
          {...ids}
          type="number"
          min={1}
          max={120}
          value={draft.perHour}
          onChange={(event) => set({ perHour: Number(event.target.value) })}
        />
      )}
    </Field>
  );
}

interface PartProps {
  readonly scope: AlertScope;
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

function Recipients({ scope, draft, set }: PartProps) {
  const ofAccount = useApi(
    'listAlertRecipients',
    { params: { accountId: scope?.id ?? '' } },
    { enabled: scope !== null },
  );
  const ofStack = useApi('listStackAlertRecipients', undefined, { enabled: scope === null });
  const people = (scope === null ? ofStack : ofAccount).data?.items ?? [];
  return (
    <>
      {people.length > 0 && (
        <fieldset className="field">
          <legend>People</legend>
          {people.map(({ id, name, email }) => (
            <Checkbox
              key={id}
              label={
                <>
                  {name} <span className="faint">{email}</span>
                </>
              }
              checked={draft.people.includes(id)}
              onChange={(on) =>
                set({ people: on ? [...draft.people, id] : draft.people.filter((one) => one !== id) })
              }
            />
          ))}
        </fieldset>
      )}
      <Field
        label="Other addresses"
        optional
        hint="One on each line. They need not belong to people of this stack."
      >
        {(ids) => (
          <TextArea
            {...ids}
            rows={3}
            value={draft.addresses}
            onChange={(event) => set({ addresses: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function What({ scope, draft, set }: PartProps) {
  const own = kindsFor(scope, draft.everyAccount);
  const { kinds } = draft;
  return (
    <fieldset className="field">
      <legend>What it tells</legend>
      {scope === null && (
        <Checkbox
          label="The alerts of every account too"
          checked={draft.everyAccount}
          onChange={(everyAccount) => set({ everyAccount, kinds: null })}
        />
      )}
      <Checkbox
        label="Every kind of alert"
        checked={kinds === null}
        onChange={(on) => set({ kinds: on ? null : [...own] })}
      />
      {kinds !== null &&
        KIND_CHOICES.filter(({ value }) => own.includes(value)).map(({ value, label }) => (
          <Checkbox
            key={value}
            label={label}
            checked={kinds.includes(value)}
            onChange={(on) => set({ kinds: on ? [...kinds, value] : kinds.filter((one) => one !== value) })}
          />
        ))}
    </fieldset>
  );
}

function PrivateAddresses({ channel }: { readonly channel: AlertChannel }) {
  const reason = useReason('alerts.allow_private_addresses');
  const [isAllowed, setAllowed] = useState(channel.privateAddresses);
  const allow = useAction('allowPrivateAddresses', {
    stale: STALE,
    done: 'Saved',
    onDone: ({ privateAddresses }) => setAllowed(privateAddresses),
  });
  return (
    <div className="field">
      <Checkbox
        label="It may reach private addresses, and by http"
        checked={isAllowed}
        disabled={reason !== null || allow.isPending}
        onChange={(allowed) => allow.mutate({ params: { alertChannelId: channel.id }, body: { allowed } })}
      />
      <p className="field-note">{reason ?? 'Holds at once, and for the saved address only.'}</p>
    </div>
  );
}

function addressesOf({ addresses }: Draft): string[] {
  return addresses
    .split(/[\s,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function missing(draft: Draft): string | null {
  if (draft.name.trim() === '') return 'Give it a name first';
  if (draft.kinds?.length === 0) return 'Choose at least one kind of alert';
  if (draft.kind === 'webhook') return draft.url.trim() === '' ? 'Give its address first' : null;
  return draft.people.length + addressesOf(draft).length === 0 ? 'Choose people, or give addresses' : null;
}
