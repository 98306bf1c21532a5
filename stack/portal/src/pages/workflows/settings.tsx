import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Workflow } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Input, TextArea } from '../../ui/input.tsx';
import { Panel, Properties } from '../../ui/panel.tsx';
import { EndpointSettings } from '../workflow-endpoint/endpoint-settings.tsx';
import { DeleteWorkflowDialog } from './delete-workflow.tsx';
import { WorkflowFrame } from './frame.tsx';
import { useEditReason } from './use-workflow.ts';
import { BindingsPanel } from './bindings.tsx';

const STALE = ['getWorkflow', 'listWorkflows'] as const;

export function WorkflowSettingsPage() {
  return (
    <WorkflowFrame>
      {(workflow) => (
        <>
          <GeneralPanel key={`general ${workflow.id} ${workflow.name}`} workflow={workflow} />
          <LimitsPanel
            key={`limits ${workflow.id} ${String(workflow.atOnce)} ${String(workflow.priority)}`}
            workflow={workflow}
          />
          <BindingsPanel key={`bindings ${workflow.id}`} workflow={workflow} />
          <EndpointSettings workflow={workflow} />
          <DeletePanel workflow={workflow} />
        </>
      )}
    </WorkflowFrame>
  );
}

function GeneralPanel({ workflow }: { readonly workflow: Workflow }) {
  const [name, setName] = useState(workflow.name);
  const [notes, setNotes] = useState(workflow.notes);
  const reason = useEditReason(workflow);
  const update = useAction('updateWorkflow', { stale: STALE, done: 'Saved' });
  const isSame = name.trim() === workflow.name && notes === workflow.notes;
  return (
    <Panel title="General">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate({ params: { workflowId: workflow.id }, body: { name: name.trim(), notes } });
        }}
      >
        <Field label="Name">
          {(ids) => (
            <Input
              {...ids}
              className="narrow-input"
              value={name}
              disabled={reason !== null}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Notes" optional hint="What it is for, and whom to ask.">
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              value={notes}
              disabled={reason !== null}
              onChange={(event) => setNotes(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button
            type="submit"
            busy={update.isPending}
            reason={
              reason ?? (name.trim() === '' ? 'A name can’t be empty' : isSame ? 'Nothing changed' : null)
            }
          >
            Save
          </Button>
        </div>
        <Properties
          items={[
            {
              name: 'Id',
              value: (
                <span className="row">
                  <code className="truncate">{workflow.id}</code>
                  <CopyButton text={workflow.id} label="Copy the id" />
                </span>
              ),
            },
            { name: 'Created', value: formatDateTime(new Date(workflow.createdAt)) },
          ]}
        />
      </form>
    </Panel>
  );
}

function LimitsPanel({ workflow }: { readonly workflow: Workflow }) {
  const [atOnce, setAtOnce] = useState(workflow.atOnce === null ? '' : String(workflow.atOnce));
  const [priority, setPriority] = useState(String(workflow.priority));
  const reason = useReason('workflows.change', workflow.accountId);
  const update = useAction('updateWorkflow', { stale: STALE, done: 'Saved' });
  const wrong =
    atOnce !== '' && !isWhole(atOnce, 1, 10_000)
      ? 'At once must be a whole number from 1 to 10,000, or empty'
      : isWhole(priority, -10, 10)
        ? null
        : 'The priority must be a whole number from -10 to 10';
  const next = { atOnce: atOnce === '' ? null : Number(atOnce), priority: Number(priority) };
  const isSame = next.atOnce === workflow.atOnce && next.priority === workflow.priority;
  return (
    <Panel title="Limits" description="They hold at once, for every version.">
      <form
        className="row form-row"
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate({ params: { workflowId: workflow.id }, body: next });
        }}
      >
        <Field
          label="Executions at once"
          optional
          hint="More wait for their turn. Empty: no limit of its own."
        >
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={atOnce}
              disabled={reason !== null}
              onChange={(event) => setAtOnce(event.target.value.trim())}
            />
          )}
        </Field>
        <Field label="Priority" hint="From -10 to 10; among the workflows of the account, higher goes first.">
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={priority}
              disabled={reason !== null}
              onChange={(event) => setPriority(event.target.value.trim())}
            />
          )}
        </Field>
        <Button
          type="submit"
          busy={update.isPending}
          reason={reason ?? wrong ?? (isSame ? 'Nothing changed' : null)}
        >
          Save
        </Button>
      </form>
    </Panel>
  );
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^-?\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function DeletePanel({ workflow }: { readonly workflow: Workflow }) {
  const [asking, setAsking] = useState(false);
  const reason = useEditReason(workflow);
  return (
    <Panel title="Delete this workflow">
      <div className="row wrap between">
        <p className="muted grow">Its triggers go with it, and what is under way is cancelled.</p>
        <Button look="danger" reason={reason} onClick={() => setAsking(true)}>
          Delete workflow
        </Button>
      </div>
      <DeleteWorkflowDialog workflow={workflow} open={asking} onClose={() => setAsking(false)} />
    </Panel>
  );
}
