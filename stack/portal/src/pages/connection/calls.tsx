import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';

const STALE = ['getConnection', 'listConnections'] as const;

/** Where and how fast the functions of this connection call. */
export function CallsPanel({ connection }: { readonly connection: Connection }) {
  return (
    <Panel title="Calls to the outside system">
      <div className="stack">
        <AddressAndRate connection={connection} />
        <DevelopmentHosts connection={connection} />
      </div>
    </Panel>
  );
}

function isCount(text: string): boolean {
  return /^[1-9]\d{0,5}$/.test(text.trim());
}

function AddressAndRate({ connection }: { readonly connection: Connection }) {
  const [baseUrl, setBaseUrl] = useState(connection.baseUrl ?? '');
  const [requests, setRequests] = useState(String(connection.rate?.requests ?? ''));
  const [seconds, setSeconds] = useState(String(connection.rate?.perSeconds ?? ''));
  const reason = useReason('connections.change', connection.account.id);
  const update = useAction('updateConnection', { stale: STALE, done: 'Saved' });
  const rated = isCount(requests) && isCount(seconds);
  const half = (requests.trim() !== '' || seconds.trim() !== '') && !rated;
  const save = () =>
    update.mutate({
      params: { connectionId: connection.id },
      body: {
        baseUrl: baseUrl.trim() === '' ? null : baseUrl.trim(),
        rate: rated ? { requests: Number(requests), perSeconds: Number(seconds) } : null,
      },
    });
  return (
    <fieldset className="stack" disabled={reason !== null}>
      <Field label="Base address" optional hint="Overrides the app’s own, for instance for a sandbox.">
        {(ids) => (
          <Input
            {...ids}
            type="url"
            className="mono"
            placeholder="https://api.example.com"
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.target.value)}
          />
        )}
      </Field>
      <div className="row form-row">
        <NumberField
          label="Requests"
          value={requests}
          onChange={setRequests}
          error={half ? 'Fill in both, as whole numbers, or neither.' : null}
        />
        <NumberField label="per seconds" value={seconds} onChange={setSeconds} error={null} />
        <Button
          busy={update.isPending}
          reason={reason ?? (half ? 'The rate is incomplete' : null)}
          onClick={save}
        >
          Save
        </Button>
      </div>
    </fieldset>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, value, error, onChange }: NumberFieldProps) {
  return (
    <Field label={label} optional error={error}>
      {(ids) => (
        <Input
          {...ids}
          inputMode="numeric"
          placeholder="As the app says"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function DevelopmentHosts({ connection }: { readonly connection: Connection }) {
  const [hosts, setHosts] = useState(connection.developmentHosts.join(', '));
  const reason = useReason('connections.allow_development_hosts');
  const allow = useAction('allowDevelopmentHosts', { stale: STALE, done: 'Saved' });
  const save = () =>
    allow.mutate({
      params: { connectionId: connection.id },
      body: { hosts: hosts.split(/[\s,]+/).filter((host) => host !== '') },
    });
  return (
    <div className="row form-row">
      <Field
        label="Development hosts"
        optional
        hint="Addresses on this machine, such as 127.0.0.1:4500, separated by commas. Each use is logged."
      >
        {(ids) => (
          <Input
            {...ids}
            className="mono"
            disabled={reason !== null}
            value={hosts}
            onChange={(event) => setHosts(event.target.value)}
          />
        )}
      </Field>
      <Button busy={allow.isPending} reason={reason} onClick={save}>
        Save hosts
      </Button>
    </div>
  );
}
