import type {
  Slot,
  WorkflowDefinition,
  WorkflowInput,
  WorkflowVariable,
} from '@middle/core/workflow/definition.ts';
import { TEXT } from '@middle/core/expression/types.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import { Plus, Trash2 } from 'lucide-react';
import { ValueField } from '../../../expression/value-field.tsx';
import { AppIcon } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { SlotBinding } from '../bindings.tsx';
import { useBuilder } from './builder-context.ts';
import { freshKey, keyFrom, renameInput, renameVariable } from './edit-keys.ts';
import { CommittedInput, More, Section, WholeInput, wrongKey, wrongTitle } from './forms/parts.tsx';
import { SidePanel } from './panel.tsx';
import { problemsAt } from './problems.ts';
import { BEGIN_ICON as BeginIcon } from './step-words.ts';
import { TypeFields } from './type-fields.tsx';
import { useNewSlot } from './use-new-slot.ts';
import { usePlaces } from './use-places.ts';

const DAY = 86_400;
const TIME_MOST = 366 * DAY;

/** What a workflow takes, keeps and stands on. */
export function BeginPanel() {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  return (
    <SidePanel
      of="begin"
      label="Beginning"
      title={
        <span className="row">
          <BeginIcon className="icon" aria-hidden /> Beginning
        </span>
      }
    >
      <Connections />
      <Inputs />
      <Variables />
      <More title="Time limit">
        <WholeInput
          label="Of an execution, seconds"
          hint="Waits count. A day has 86400."
          value={definition.timeLimitSeconds}
          least={1}
          most={TIME_MOST}
          disabled={reason !== null}
          onChange={(seconds) => change({ ...definition, timeLimitSeconds: seconds ?? DAY }, 'timeLimit')}
        />
      </More>
    </SidePanel>
  );
}

function Connections() {
  const { draft, offers, reason, workflow } = useBuilder();
  const { definition, change } = draft;
  const addSlot = useNewSlot();
  return (
    <Section
      title="Connections"
      actions={
        <Menu
          trigger={
            <Button size="sm" icon={Plus} reason={reason}>
              Add
            </Button>
          }
        >
          {offers.connections.length === 0 && (
            <MenuItem reason="Join an app to this account first">No connection in this account</MenuItem>
          )}
          {offers.connections.map(({ connection }) => (
            <MenuItem
              key={connection.id}
              reason={reason}
              onSelect={() =>
                change(addSlot.withSlot(definition, addSlot.slotFor(definition, connection), connection))
              }
            >
              <span className="row">
                <AppIcon small color={connection.app.iconColor} name={connection.app.name} />{' '}
                {connection.name}
              </span>
            </MenuItem>
          ))}
        </Menu>
      }
    >
      {definition.connections.length === 0 && (
        <p className="muted">Its records and actions come from connections. Add those that it works with.</p>
      )}
      {definition.connections.map((slot, at) => (
        <div key={slot.key} className="form-card">
          <div className="row">
            <div className="grow">
              <CommittedInput
                label="Called"
                value={slot.title}
                wrong={wrongTitle}
                disabled={reason !== null}
                onChange={(title) =>
                  change(
                    { ...definition, connections: definition.connections.with(at, { ...slot, title }) },
                    `connections.${String(at)}`,
                  )
                }
              />
            </div>
            <IconButton
              icon={Trash2}
              size="sm"
              label={`Remove ${slot.title}`}
              reason={reason ?? useOf(definition, slot)}
              onClick={() => change({ ...definition, connections: definition.connections.toSpliced(at, 1) })}
            />
          </div>
          <SlotBinding workflow={workflow} slot={slot} label="Filled by" />
        </div>
      ))}
    </Section>
  );
}

/** Why a slot can't go yet. */
function useOf(definition: WorkflowDefinition, { key }: Slot): string | null {
  const steps = [...walk(definition)].filter(
    ({ step }) =>
      (step.kind === 'action' && step.connection === key) ||
      ((step.kind === 'bulk' || step.kind === 'export') && step.source.connection === key) ||
      (step.kind === 'wait' && step.until.kind === 'record' && step.until.source.connection === key),
  );
  if (steps.length > 0) return `Used by ${steps.map(({ step }) => step.title).join(', ')}`;
  const types = JSON.stringify([definition.inputs, definition.variables]);
  return types.includes(`"connection":${JSON.stringify(key)}`)
    ? 'Used by the type of an input or a variable'
    : null;
}

function Inputs() {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  const add = () => {
    const key = freshKey('input', new Set(definition.inputs.map((one) => one.key)));
    const made: WorkflowInput = { key, title: 'Input', type: TEXT, required: true, protected: false };
    change({ ...definition, inputs: [...definition.inputs, made] });
  };
  return (
    <Section
      title="Inputs"
      actions={
        <Button size="sm" icon={Plus} reason={reason} onClick={add}>
          Add
        </Button>
      }
    >
      {definition.inputs.length === 0 && (
        <p className="muted">What a trigger, a person or another workflow gives it, such as a record.</p>
      )}
      {definition.inputs.map((input, at) => (
        <InputCard key={at} input={input} at={at} />
      ))}
    </Section>
  );
}

function InputCard({ input, at }: { readonly input: WorkflowInput; readonly at: number }) {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  const disabled = reason !== null;
  const keys = definition.inputs.map(({ key }) => key);
  const set = (next: Partial<WorkflowInput>, field: string) =>
    change(
      { ...definition, inputs: definition.inputs.with(at, { ...input, ...next }) },
      `inputs.${String(at)}.${field}`,
    );
  return (
    <div className="form-card">
      <div className="row">
        <div className="grow">
          <CommittedInput
            label="Title of the input"
            value={input.title}
            wrong={wrongTitle}
            disabled={disabled}
            onChange={(title) => {
              const key = followedKey(input, title, keys);
              const renamed = renameInput(definition, input.key, key);
              const inputs = renamed.inputs.with(at, { ...input, key, title });
              change({ ...renamed, inputs }, `inputs.${String(at)}.title`);
            }}
          />
        </div>
        <IconButton
          icon={Trash2}
          size="sm"
          label={`Remove the input ${input.title}`}
          reason={reason}
          onClick={() => change({ ...definition, inputs: definition.inputs.toSpliced(at, 1) })}
        />
      </div>
      <TypeFields type={input.type} onChange={(type) => set({ type }, 'type')} disabled={disabled} />
      <div className="row wrap">
        <Checkbox
          label="Needed"
          checked={input.required}
          disabled={disabled}
          onChange={(required) => set({ required }, 'required')}
        />
        <Checkbox
          label="Protected: stored sealed, shown to nobody"
          checked={input.protected}
          disabled={disabled}
          onChange={(isProtected) => set({ protected: isProtected }, 'protected')}
        />
      </div>
      <CommittedInput
        label="Key of the input"
        code
        atEnd
        value={input.key}
        wrong={wrongKey(keys, input.key)}
        error={problemsAt(draft.problems, null, `inputs[${String(at)}].key`)[0]?.message}
        disabled={disabled}
        onChange={(key) => change(renameInput(definition, input.key, key))}
      />
    </div>
  );
}

/** A key follows its title as long as it is the title's. */
function followedKey(
  { key, title }: { readonly key: string; readonly title: string },
  next: string,
  keys: readonly string[],
): string {
  const isOwn = key.replace(/\d+$/, '') === keyFrom(title, key).replace(/\d+$/, '');
  return isOwn ? freshKey(keyFrom(next, key), new Set(keys.filter((one) => one !== key))) : key;
}

function Variables() {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  const add = () => {
    const key = freshKey('variable', new Set(definition.variables.map((one) => one.key)));
    const made: WorkflowVariable = { key, title: 'Variable', type: TEXT, initial: '""' };
    change({ ...definition, variables: [...definition.variables, made] });
  };
  return (
    <Section
      title="Variables"
      actions={
        <Button size="sm" icon={Plus} reason={reason} onClick={add}>
          Add
        </Button>
      }
    >
      {definition.variables.length === 0 && (
        <p className="muted">Values that steps set and later steps read.</p>
      )}
      {definition.variables.map((variable, at) => (
        <VariableCard key={at} variable={variable} at={at} />
      ))}
    </Section>
  );
}

function VariableCard({ variable, at }: { readonly variable: WorkflowVariable; readonly at: number }) {
  const { draft, reason } = useBuilder();
  const { definition, change } = draft;
  const { place } = usePlaces({ kind: 'variables' });
  const disabled = reason !== null;
  const keys = definition.variables.map(({ key }) => key);
  const path = `variables[${String(at)}]`;
  const set = (next: Partial<WorkflowVariable>, field: string) =>
    change(
      { ...definition, variables: definition.variables.with(at, { ...variable, ...next }) },
      `${path}.${field}`,
    );
  return (
    <div className="form-card">
      <div className="row">
        <div className="grow">
          <CommittedInput
            label="Title of the variable"
            value={variable.title}
            wrong={wrongTitle}
            disabled={disabled}
            onChange={(title) => {
              const key = followedKey(variable, title, keys);
              const renamed = renameVariable(definition, variable.key, key);
              const variables = renamed.variables.with(at, { ...variable, key, title });
              change({ ...renamed, variables }, `${path}.title`);
            }}
          />
        </div>
        <IconButton
          icon={Trash2}
          size="sm"
          label={`Remove the variable ${variable.title}`}
          reason={reason}
          onClick={() => change({ ...definition, variables: definition.variables.toSpliced(at, 1) })}
        />
      </div>
      <TypeFields
        type={variable.type}
        onChange={(type) => set({ type, initial: 'null' }, 'type')}
        disabled={disabled}
      />
      <ValueField
        label="First value"
        value={variable.initial}
        onChange={(initial) => set({ initial }, 'initial')}
        place={place}
        expected={variable.type}
        problems={problemsAt(draft.problems, null, `${path}.initial`)}
        disabled={disabled}
      />
      <CommittedInput
        label="Key of the variable"
        code
        atEnd
        value={variable.key}
        wrong={wrongKey(keys, variable.key)}
        error={problemsAt(draft.problems, null, `${path}.key`)[0]?.message}
        disabled={disabled}
        onChange={(key) => change(renameVariable(definition, variable.key, key))}
      />
    </div>
  );
}
