import type { Slot } from '@middle/core/workflow/definition.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Connection, Workflow } from '../../data/types.ts';
import { Field } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { useEditReason } from './use-workflow.ts';

/** Which connection fills each place of the draft, and of the version in force where that has others. */
export function BindingsPanel({ workflow }: { readonly workflow: Workflow }) {
  const slots = workflow.draft.connections;
  return (
    <Panel
      title="Connections"
      description="Which connection fills each place of the workflow. It holds at once, for every version."
    >
      {slots.length === 0 ? (
        <p className="muted">
          The workflow uses no connection. Add a place for one at its beginning, in the builder.
        </p>
      ) : (
        <div className="settings-grid">
          {slots.map((slot) => (
            <SlotBinding key={slot.key} workflow={workflow} slot={slot} />
          ))}
        </div>
      )}
    </Panel>
  );
}

interface SlotBindingProps {
  readonly workflow: Workflow;
  readonly slot: Slot;
  readonly label?: string;
}

export function SlotBinding({ workflow, slot, label = slot.title }: SlotBindingProps) {
  const reason = useEditReason(workflow);
  const { data } = useApi('listConnections', { query: { accountId: workflow.accountId, limit: 200 } });
  const update = useAction('updateWorkflow', {
    stale: ['getWorkflow', 'checkWorkflow'],
    done: `${slot.title} was set`,
  });
  const fitting = (data?.items ?? []).filter(({ app }) => app.key === slot.app);
  const bound = workflow.bindings[slot.key] ?? '';
  return (
    <Field
      label={label}
      hint={fitting.length === 0 ? `No connection of ${slot.app} is in this account.` : undefined}
    >
      {(ids) => (
        <Select
          {...ids}
          value={bound}
          disabled={reason !== null || update.isPending}
          choices={[{ value: '', label: 'Choose…' }, ...fitting.map(choiceOf)]}
          onChange={(id) => {
            const { [slot.key]: _before, ...others } = workflow.bindings;
            const bindings = id === '' ? others : { ...others, [slot.key]: id };
            update.mutate({ params: { workflowId: workflow.id }, body: { bindings } });
          }}
        />
      )}
    </Field>
  );
}

function choiceOf({ id, name, version }: Connection) {
  return { value: id, label: `${name} (${version})` };
}
