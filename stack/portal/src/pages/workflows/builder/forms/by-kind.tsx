import type { Step, SwitchCase } from '@middle/core/workflow/definition.ts';
import { ANY, arrayOf, BOOLEAN, TEXT } from '@middle/core/expression/types.ts';
import { fieldOfForm } from '@middle/core/workflow/form-types.ts';
import { Plus, Trash2 } from 'lucide-react';
import { ExpressionField } from '../../../../expression/expression-field.tsx';
import { ValueField } from '../../../../expression/value-field.tsx';
import { Button, IconButton } from '../../../../ui/button.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Select } from '../../../../ui/select.tsx';
import { useBuilder } from '../builder-context.ts';
import { freshKey } from '../edit-keys.ts';
import { Choice, SlotChoice } from './choices.tsx';
import { Mapping } from './mapping.tsx';
import { CommittedInput, firstMessage, Section, wrongTitle } from './parts.tsx';
import type { StepFormProps } from './parts.tsx';
import { RetryFields } from './retry.tsx';

type Of<K extends Step['kind']> = StepFormProps<Extract<Step, { kind: K }>>;

const LIST = arrayOf(ANY);

export function DecisionForm({ step, change, place, problemsAt, disabled }: Of<'decision'>) {
  return (
    <ExpressionField
      label="Criteria"
      value={step.criteria}
      onChange={(criteria) => change({ ...step, criteria }, 'criteria')}
      place={place}
      expected={BOOLEAN}
      hint="True goes on with “Yes”, everything else with “No”."
      problems={problemsAt('criteria')}
      disabled={disabled}
    />
  );
}

export function SwitchForm({ step, change, place, problemsAt, disabled }: Of<'switch'>) {
  const set = (at: number, next: SwitchCase, field: string) =>
    change({ ...step, cases: step.cases.with(at, next) }, `cases.${String(at)}.${field}`);
  const add = () => {
    const taken = new Set([...step.cases.map(({ key }) => key), 'otherwise', 'onError']);
    const made = { key: freshKey('case', taken), title: 'Another case', equals: [''], block: [] };
    change({ ...step, cases: [...step.cases, made] }, 'cases');
  };
  return (
    <>
      <ExpressionField
        label="Value"
        value={step.value}
        onChange={(value) => change({ ...step, value }, 'value')}
        place={place}
        problems={problemsAt('value')}
        disabled={disabled}
      />
      {step.cases.map((one, at) => (
        <CaseSection
          key={one.key}
          one={one}
          path={`cases[${String(at)}]`}
          change={(next, field) => set(at, next, field)}
          onRemove={
            step.cases.length === 1
              ? null
              : () => change({ ...step, cases: step.cases.toSpliced(at, 1) }, 'cases')
          }
          place={place}
          problemsAt={problemsAt}
          disabled={disabled}
        />
      ))}
      <div>
        <Button size="sm" icon={Plus} reason={disabled ? 'You can’t change this' : null} onClick={add}>
          Add a case
        </Button>
      </div>
    </>
  );
}

interface CaseSectionProps extends Pick<StepFormProps, 'place' | 'problemsAt' | 'disabled'> {
  readonly one: SwitchCase;
  readonly path: string;
  readonly change: (next: SwitchCase, field: string) => void;
  /** Null: it is the only one. */
  readonly onRemove: (() => void) | null;
}

function CaseSection({ one, path, change, onRemove, place, problemsAt, disabled }: CaseSectionProps) {
  const reason = disabled ? 'You can’t change this' : null;
  return (
    <Section
      title={one.title}
      actions={
        <IconButton
          icon={Trash2}
          size="sm"
          label={`Remove the case ${one.title} with its steps`}
          reason={reason ?? (onRemove === null ? 'A switch has one case at least' : null)}
          onClick={onRemove ?? undefined}
        />
      }
    >
      <CommittedInput
        label="Title of the case"
        value={one.title}
        wrong={wrongTitle}
        disabled={disabled}
        onChange={(title) => change({ ...one, title }, 'title')}
      />
      {one.equals.map((source, index) => (
        <ValueField
          key={index}
          label={index === 0 ? 'When the value is' : 'Or when it is'}
          value={source}
          expected={ANY}
          onChange={(next) =>
            change({ ...one, equals: one.equals.with(index, next) }, `equals.${String(index)}`)
          }
          place={place}
          problems={problemsAt(`${path}.equals[${String(index)}]`)}
          disabled={disabled}
        />
      ))}
      <div className="row">
        <Button
          size="sm"
          look="quiet"
          icon={Plus}
          reason={reason}
          onClick={() => change({ ...one, equals: [...one.equals, ''] }, 'equals')}
        >
          Another value
        </Button>
        {one.equals.length > 1 && (
          <Button
            size="sm"
            look="quiet"
            reason={reason}
            onClick={() => change({ ...one, equals: one.equals.slice(0, -1) }, 'equals')}
          >
            Remove the last
          </Button>
        )}
      </div>
    </Section>
  );
}

export function ActionForm({ step, change, place, problemsAt, disabled }: Of<'action'>) {
  const { offers } = useBuilder();
  const actions = offers.ofSlot(step.connection)?.actions ?? [];
  const action = actions.find(({ key }) => key === step.action);
  return (
    <>
      <SlotChoice
        value={step.connection}
        onChange={(connection) => change({ ...step, connection }, 'connection')}
        problems={problemsAt('connection')}
        disabled={disabled}
      />
      <Choice
        label="Action"
        value={step.action}
        choices={actions.map(({ key, title }) => ({ value: key, label: title }))}
        onChange={(next) => change({ ...step, action: next }, 'action')}
        problems={problemsAt('action')}
        disabled={disabled}
        hint={action?.description}
      />
      {action !== undefined && (
        <Section title="Input">
          {action.input.length === 0 && <p className="muted">It takes no input.</p>}
          <Mapping
            fields={action.input.map((field) => ({ ...fieldOfForm(field), description: field.description }))}
            values={step.input}
            onChange={(input, key) => change({ ...step, input }, `input.${key}`)}
            place={place}
            problemsAt={problemsAt}
            disabled={disabled}
          />
        </Section>
      )}
      <RetryFields step={step} change={change} disabled={disabled} />
    </>
  );
}

export function SetForm({ step, change, place, problemsAt, disabled }: Of<'set'>) {
  const { draft } = useBuilder();
  const { variables } = draft.definition;
  const variable = variables.find(({ key }) => key === step.variable);
  return (
    <>
      <Choice
        label="Variable"
        value={step.variable}
        choices={variables.map(({ key, title }) => ({ value: key, label: title }))}
        onChange={(next) => change({ ...step, variable: next }, 'variable')}
        problems={problemsAt('variable')}
        disabled={disabled}
        hint={
          variables.length === 0 ? 'The workflow has no variable yet: add one at its beginning.' : undefined
        }
      />
      <ValueField
        label="Value"
        value={step.value}
        onChange={(value) => change({ ...step, value }, 'value')}
        place={place}
        expected={variable?.type ?? ANY}
        problems={problemsAt('value')}
        disabled={disabled}
      />
    </>
  );
}

export function EachForm({ step, change, place, problemsAt, disabled }: Of<'each'>) {
  return (
    <>
      <ExpressionField
        label="List"
        value={step.items}
        onChange={(items) => change({ ...step, items }, 'items')}
        place={place}
        expected={LIST}
        hint="Up to 1,000 items. Its steps see each one as “item”, and its number from 0 as “index”."
        problems={problemsAt('items')}
        disabled={disabled}
      />
      <Field label="When the steps of an item fail">
        {(ids) => (
          <Select
            {...ids}
            value={step.onItemError}
            disabled={disabled}
            choices={[
              { value: 'stop', label: 'The for each fails too' },
              { value: 'continue', label: 'Note it and go on with the next item' },
            ]}
            onChange={(next) =>
              change({ ...step, onItemError: next === 'continue' ? 'continue' : 'stop' }, 'onItemError')
            }
          />
        )}
      </Field>
    </>
  );
}

export function StopForm({ step, change, place, problemsAt, disabled }: Of<'stop'>) {
  return (
    <>
      <Field label="The execution ends" error={firstMessage(problemsAt('outcome'))}>
        {(ids) => (
          <Select
            {...ids}
            value={step.outcome}
            disabled={disabled}
            choices={[
              { value: 'succeeded', label: 'Well' },
              { value: 'failed', label: 'As failed' },
            ]}
            onChange={(next) =>
              change({ ...step, outcome: next === 'failed' ? 'failed' : 'succeeded' }, 'outcome')
            }
          />
        )}
      </Field>
      <ValueField
        label="Message"
        optional
        value={step.message ?? ''}
        onChange={(message) => change({ ...step, message: message === '' ? null : message }, 'message')}
        place={place}
        expected={TEXT}
        hint={step.outcome === 'failed' ? 'Shown as the error of the execution.' : 'Kept with the execution.'}
        problems={problemsAt('message')}
        disabled={disabled}
      />
    </>
  );
}
