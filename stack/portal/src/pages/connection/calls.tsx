import { FUNCTIONS_AT_ONCE_MOST } from '@middle/core/sync-plan.ts';
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
        <FunctionsAtOnce connection={connection} />
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
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, value, error, hint, disabled = false, onChange }: NumberFieldProps) {
  return (
    <Field label={label} optional error={error} hint={hint}>
      {(ids) => (
        <Input
          {...ids}
          inputMode="numeric"
          placeholder="As the app says"
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function FunctionsAtOnce({ connection }: { readonly connection: Connection }) {
  const { functionsAtOnce, functions } = connection;
  const [count, setCount] = useState(String(functionsAtOnce ?? ''));
  const reason = useReason('connections.change', connection.account.id);
  const update = useAction('updateConnection', { stale: STALE, done: 'Saved' });
  const isWrong = count.trim() !== '' && !(isCount(count) && Number(count) <= FUNCTIONS_AT_ONCE_MOST);
  const save = () =>
    update.mutate({
      params: { connectionId: connection.id },
      body: { functionsAtOnce: count.trim() === '' ? null : Number(count) },
    });
  return (
    <div className="row form-row">
      <NumberField
        label="Functions at a time"
        hint={`As many syncs, and as many actions. Of its syncs ${functions.running} of ${functions.allowed} are at work, ${functions.waiting} waiting for their turn.`}
        value={count}
        onChange={setCount}
        disabled={reason !== null}
        error={isWrong ? `A whole number from 1 to ${FUNCTIONS_AT_ONCE_MOST}, or nothing.` : null}
      />
      <Button
        busy={update.isPending}
        reason={reason ?? (isWrong ? 'The number of functions at a time is not right' : null)}
        onClick={save}
      >
        Save limit
      </Button>
    </div>
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
