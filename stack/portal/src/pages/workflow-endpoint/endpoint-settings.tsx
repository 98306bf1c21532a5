import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { WorkflowEndpoint } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { CLOSED_WORDS } from './words.ts';

interface EndpointSettingsProps {
  readonly workflow: { readonly id: string; readonly accountId: string };
}

/** How a workflow can be called from outside: a panel of its settings. */
export function EndpointSettings({ workflow }: EndpointSettingsProps) {
  const query = useApi('getWorkflowEndpoint', { params: { workflowId: workflow.id } });
  return (
    <Panel
      title="Endpoint"
      description="Exposed, it is called by programs of others with an API key of the account."
    >
      <Loaded query={query}>
        {({ endpoint }) => (
          <EndpointForm key={JSON.stringify(endpoint)} workflow={workflow} endpoint={endpoint} />
        )}
      </Loaded>
    </Panel>
  );
}

const STALE = ['getWorkflowEndpoint', 'listWorkflowEndpoints'] as const;
const MODES = [
  { value: 'sync', label: 'Wait for the output' },
  { value: 'async', label: 'Answer at once, with the address of the state' },
] as const;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

interface Draft {
  readonly name: string;
  readonly mode: WorkflowEndpoint['mode'];
  readonly seconds: string;
}

interface EndpointFormProps extends EndpointSettingsProps {
  readonly endpoint: WorkflowEndpoint | null;
}

function EndpointForm({ workflow, endpoint }: EndpointFormProps) {
  const saved: Draft = {
    name: endpoint?.name ?? '',
    mode: endpoint?.mode ?? 'sync',
    seconds: String(endpoint?.timeLimitSeconds ?? 30),
  };
  const [draft, setDraft] = useState(saved);
  const { name, mode, seconds } = draft;
  const [closing, setClosing] = useState(false);
  const reason = useReason('workflows.change', workflow.accountId);
  const params = { workflowId: workflow.id };
  const put = useAction('putWorkflowEndpoint', {
    stale: STALE,
    done: endpoint === null ? 'The workflow is exposed' : 'Saved',
  });
  const remove = useAction('deleteWorkflowEndpoint', {
    stale: STALE,
    done: 'It is exposed no more',
    onDone: () => setClosing(false),
  });
  const isSame = endpoint !== null && saved.name === name && saved.mode === mode && saved.seconds === seconds;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate({ params, body: { name, mode, timeLimitSeconds: Number(seconds) } });
      }}
    >
      {endpoint !== null && <Address endpoint={endpoint} />}
      <EndpointFields draft={draft} locked={reason !== null} onChange={setDraft} />
      <div className="row wrap">
        <Button
          type="submit"
          busy={put.isPending}
          reason={reason ?? wrong(name, seconds) ?? (isSame ? 'Nothing changed' : null)}
        >
          {endpoint === null ? 'Expose' : 'Save'}
        </Button>
        {endpoint !== null && (
          <Button look="danger" reason={reason} onClick={() => setClosing(true)}>
            Expose no more
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={closing}
        onClose={() => setClosing(false)}
        onConfirm={() => remove.mutate({ params })}
        busy={remove.isPending}
        title="Expose it no more?"
        text="Calls of its address are refused from then on. Executions that were started go on."
        action="Expose no more"
      />
    </form>
  );
}

interface EndpointFieldsProps {
  readonly draft: Draft;
  readonly locked: boolean;
  readonly onChange: (draft: Draft) => void;
}

function EndpointFields({ draft, locked, onChange }: EndpointFieldsProps) {
  const { name, mode, seconds } = draft;
  return (
    <>
      <Field label="Name in the address" hint="Lower-case letters, digits and hyphens, such as new-order.">
        {(ids) => (
          <Input
            {...ids}
            className="narrow-input"
            value={name}
            disabled={locked}
            onChange={(event) => onChange({ ...draft, name: event.target.value })}
          />
        )}
      </Field>
      <Field label="A call">
        {(ids) => (
          <Select
            {...ids}
            value={mode}
            disabled={locked}
            choices={MODES}
            onChange={(value) => onChange({ ...draft, mode: value === 'async' ? 'async' : 'sync' })}
          />
        )}
      </Field>
      {mode === 'sync' && (
        <Field
          label="Waits for how many seconds"
          hint="After that the caller gets the address of the state; the execution goes on."
        >
          {(ids) => (
            <Input
              {...ids}
              className="narrow-input"
              type="number"
              min={1}
              max={300}
              value={seconds}
              disabled={locked}
              onChange={(event) => onChange({ ...draft, seconds: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function Address({ endpoint }: { readonly endpoint: WorkflowEndpoint }) {
  const url = globalThis.location.origin + endpoint.address;
  const example = `curl ${url} -H 'Authorization: Bearer mk_…' -H 'Content-Type: application/json' -d '{}'`;
  return (
    <>
      {endpoint.closed.map((reason) => (
        <Notice key={reason} tone="warn">
          Calls are refused now. {CLOSED_WORDS[reason]}.
        </Notice>
      ))}
      <div className="row">
        <code className="grow wrap-anywhere">{url}</code>
        <CopyButton text={url} label="Copy the address" />
      </div>
      <div className="row">
        <code className="grow wrap-anywhere faint">{example}</code>
        <CopyButton text={example} label="Copy an example of a call" />
      </div>
    </>
  );
}

function wrong(name: string, seconds: string): string | null {
  if (!NAME.test(name)) return 'Give it a name of lower-case letters, digits and hyphens';
  const count = Number(seconds);
  return Number.isInteger(count) && count >= 1 && count <= 300 ? null : 'It can wait for 1 to 300 seconds';
}
