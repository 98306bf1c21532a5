import { useState } from 'react';
import { useMe } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { MailServer } from '../../data/types.ts';
import { useJob } from '../../parts/job-watch.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';

export function MailServerPanel() {
  const query = useApi('getMailServer', undefined);
  return <Loaded query={query}>{(kept) => <MailServerForm key={JSON.stringify(kept)} kept={kept} />}</Loaded>;
}

const TLS_CHOICES = [
  { value: 'starttls', label: 'After the greeting (STARTTLS), mostly port 587' },
  { value: 'tls', label: 'From the start (TLS), mostly port 465' },
  { value: 'none', label: 'None: all can be read on the way' },
] as const;

type Draft = Readonly<Record<'host' | 'port' | 'tls' | 'user' | 'password' | 'from', string>>;

function MailServerForm({ kept }: { readonly kept: MailServer }) {
  const { server, hasPassword } = kept;
  const [draft, setDraft] = useState<Draft>({
    host: server?.host ?? '',
    port: String(server?.port ?? 587),
    tls: server?.tls ?? 'starttls',
    user: server?.user ?? '',
    password: '',
    from: server?.from ?? '',
  });
  const stale = ['getMailServer', 'listAlertChannels', 'listStackAlertChannels'] as const;
  const save = useAction('setMailServer', { stale, done: 'Saved', quiet: true });
  const remove = useAction('deleteMailServer', { stale, done: 'No mail is sent any more' });
  return (
    <Panel
      title="Mail server"
      description="How mail leaves the stack. The password is kept sealed and never shown."
      actions={
        <>
          {server !== null && (
            <Button busy={remove.isPending} onClick={() => remove.mutate(undefined)}>
              Remove
            </Button>
          )}
          <Button
            look="solid"
            busy={save.isPending}
            reason={missing(draft)}
            onClick={() => save.mutate({ body: bodyOf(draft) })}
          >
            Save
          </Button>
        </>
      }
    >
      <Fields draft={draft} hasPassword={hasPassword} set={(change) => setDraft({ ...draft, ...change })} />
      {save.error !== null && <ErrorState error={save.error} />}
      {server !== null && <TestMail />}
    </Panel>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly hasPassword: boolean;
  readonly set: (change: Partial<Draft>) => void;
}

function Fields({ draft, hasPassword, set }: FieldsProps) {
  return (
    <div className="settings-grid">
      <Field label="Host">
        {(ids) => (
          <Input {...ids} value={draft.host} onChange={(event) => set({ host: event.target.value })} />
        )}
      </Field>
      <Field label="Port">
        {(ids) => (
          <Input
            {...ids}
            className="num"
            inputMode="numeric"
            value={draft.port}
            onChange={(event) => set({ port: event.target.value.trim() })}
          />
        )}
      </Field>
      <Field label="Encryption">
        {(ids) => (
          <Select {...ids} value={draft.tls} choices={[...TLS_CHOICES]} onChange={(tls) => set({ tls })} />
        )}
      </Field>
      <Field label="From" hint="The address that mails come from.">
        {(ids) => (
          <Input
            {...ids}
            type="email"
            value={draft.from}
            onChange={(event) => set({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label="User" optional>
        {(ids) => (
          <Input
            {...ids}
            autoComplete="off"
            value={draft.user}
            onChange={(event) => set({ user: event.target.value })}
          />
        )}
      </Field>
      <Field label="Password" optional hint={hasPassword ? 'Empty: the one that is kept.' : undefined}>
        {(ids) => (
          <Input
            {...ids}
            type="password"
            autoComplete="new-password"
            value={draft.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function bodyOf({ host, port, tls, user, password, from }: Draft) {
  return {
    host: host.trim(),
    port: Number(port),
    tls: TLS_CHOICES.find(({ value }) => value === tls)?.value ?? 'starttls',
    user: user.trim(),
    from: from.trim(),
    ...(password === '' ? {} : { password }),
  };
}

function missing({ host, from }: Draft): string | null {
  if (host.trim() === '') return 'Give the host first';
  return from.trim() === '' ? 'Give the address it is from' : null;
}

function TestMail() {
  const me = useMe();
  const [to, setTo] = useState(me.email ?? '');
  const [jobId, setJobId] = useState<string | null>(null);
  const test = useAction('testMailServer', { onDone: ({ id }) => setJobId(id) });
  const job = useJob(jobId, () => {});
  const isWorking = test.isPending || job?.state === 'queued' || job?.state === 'running';
  return (
    <div className="stack">
      <Field label="Send a test message to" hint="With what is saved.">
        {(ids) => (
          <span className="row">
            <Input {...ids} type="email" value={to} onChange={(event) => setTo(event.target.value)} />
            <Button
              busy={isWorking}
              reason={to.trim() === '' ? 'Give an address first' : null}
              onClick={() => {
                setJobId(null);
                test.mutate({ body: { to: to.trim() } });
              }}
            >
              Send a test message
            </Button>
          </span>
        )}
      </Field>
      <TestOutcome job={job} done={`The mail server took it for ${to}.`} />
    </div>
  );
}

/** What the server or the receiver said of a test message. */
export function TestOutcome({
  job,
  done,
}: {
  readonly job: ReturnType<typeof useJob>;
  readonly done: string;
}) {
  if (job?.state === 'succeeded') return <Notice>{done}</Notice>;
  if (job?.state !== 'failed') return null;
  return (
    <Notice tone="bad">
      It did not go: {job.error?.message ?? 'nobody knows why'}
      {job.error?.hint === undefined ? '' : `. ${job.error.hint}`}
    </Notice>
  );
}
