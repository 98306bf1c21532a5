import { useState } from 'react';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, ApiKey } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface KeyDialogProps {
  readonly account: Account;
  /** Absent: a new one is made. */
  readonly apiKey?: ApiKey;
  readonly onClose: () => void;
  readonly onMade?: (answer: { readonly apiKey: ApiKey; readonly secret: string }) => void;
}

const PER_MINUTE = 600;

export function KeyDialog({ account, apiKey, onClose, onMade }: KeyDialogProps) {
  const [name, setName] = useState(apiKey?.name ?? '');
  const [chosen, setChosen] = useState<readonly string[] | null>(apiKey?.workflowIds ?? null);
  const [perMinute, setPerMinute] = useState(String(apiKey?.perMinute ?? PER_MINUTE));
  const [expires, setExpires] = useState(dayOf(apiKey?.expiresAt ?? null));
  const choices = { stale: ['listApiKeys'], quiet: true } as const;
  const make = useAction('createApiKey', { ...choices, onDone: (answer) => onMade?.(answer) });
  const change = useAction('updateApiKey', { ...choices, done: 'Saved', onDone: onClose });
  const body = {
    name: name.trim(),
    workflowIds: chosen === null ? null : [...chosen],
    perMinute: Number(perMinute),
    expiresAt: momentOf(expires),
  };
  const save = () =>
    apiKey === undefined
      ? make.mutate({ params: { accountId: account.id }, body })
      : change.mutate({ params: { apiKeyId: apiKey.id }, body });
  const error = make.error ?? change.error;
  return (
    <Dialog
      open
      onClose={onClose}
      title={apiKey === undefined ? 'New API key' : `Change ${apiKey.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={make.isPending || change.isPending}
            reason={missing(name, chosen, perMinute)}
            onClick={save}
          >
            {apiKey === undefined ? 'Make the key' : 'Save'}
          </Button>
        </>
      }
    >
      <Field label="Name" hint="Which program it is for.">
        {(ids) => <Input {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <EndpointChoice account={account} chosen={chosen} onChange={setChosen} />
      <Field label="Calls in a minute, at the most">
        {(ids) => (
          <Input
            {...ids}
            type="number"
            min={1}
            max={60_000}
            value={perMinute}
            onChange={(event) => setPerMinute(event.target.value)}
          />
        )}
      </Field>
      <Field label="Expires at the end of" optional hint="Empty: it works until it is revoked.">
        {(ids) => (
          <Input {...ids} type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
        )}
      </Field>
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}

interface EndpointChoiceProps {
  readonly account: Account;
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: readonly string[] | null) => void;
}

function EndpointChoice({ account, chosen, onChange }: EndpointChoiceProps) {
  const endpoints = useApi('listWorkflowEndpoints', { params: { accountId: account.id } });
  const toggle = (id: string, on: boolean) =>
    onChange(on ? [...(chosen ?? []), id] : (chosen ?? []).filter((one) => one !== id));
  return (
    <fieldset className="field">
      <legend>What it may call</legend>
      <Checkbox
        label="Every endpoint of the account, also later ones"
        checked={chosen === null}
        onChange={(on) => onChange(on ? null : [])}
      />
      {chosen !== null &&
        endpoints.data?.items.map(({ workflowId, name, workflowName }) => (
          <Checkbox
            key={workflowId}
            label={
              <>
                <code>{name}</code> <span className="faint">{workflowName}</span>
              </>
            }
            checked={chosen.includes(workflowId)}
            onChange={(on) => toggle(workflowId, on)}
          />
        ))}
      {chosen !== null && endpoints.data?.items.length === 0 && (
        <p className="field-note">No workflow of this account is exposed yet.</p>
      )}
    </fieldset>
  );
}

function missing(name: string, chosen: readonly string[] | null, perMinute: string): string | null {
  if (name.trim() === '') return 'Give it a name first';
  if (chosen?.length === 0) return 'Choose at least one endpoint';
  const count = Number(perMinute);
  return Number.isInteger(count) && count >= 1 && count <= 60_000
    ? null
    : 'Calls in a minute are between 1 and 60,000';
}

/** The person's own day, as the field for dates has it. */
function dayOf(moment: string | null): string {
  if (moment === null) return '';
  const at = new Date(moment);
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function momentOf(day: string): string | null {
  return day === '' ? null : new Date(`${day}T23:59:59`).toISOString();
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
