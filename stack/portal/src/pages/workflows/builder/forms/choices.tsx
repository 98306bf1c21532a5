import type { RecordSource } from '@middle/core/workflow/definition.ts';
import type { ExpressionProblem } from '../../../../expression/place.ts';
import { Field } from '../../../../ui/field.tsx';
import { Select } from '../../../../ui/select.tsx';
import { useBuilder } from '../builder-context.ts';
import { firstMessage } from './parts.tsx';

const CHOOSE = { value: '', label: 'Choose…' };

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly problems: readonly ExpressionProblem[];
  readonly disabled: boolean;
  readonly hint?: string | undefined;
}

/** One of a few; what is no longer among them is still shown. */
export function Choice({ label, value, choices, onChange, problems, disabled, hint }: ChoiceProps) {
  const isKnown = value === '' || choices.some((one) => one.value === value);
  return (
    <Field label={label} error={firstMessage(problems)} hint={hint}>
      {(ids) => (
        <Select
          {...ids}
          value={value}
          disabled={disabled}
          choices={[CHOOSE, ...choices, ...(isKnown ? [] : [{ value, label: `${value} (not there)` }])]}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

export function SlotChoice(props: Omit<ChoiceProps, 'choices' | 'label'>) {
  const { draft } = useBuilder();
  const slots = draft.definition.connections;
  return (
    <Choice
      {...props}
      label="Connection"
      choices={slots.map(({ key, title }) => ({ value: key, label: title }))}
      hint={
        slots.length === 0
          ? 'The workflow has no place for a connection yet: add one at its beginning.'
          : undefined
      }
    />
  );
}

export function WorkflowChoice(props: Omit<ChoiceProps, 'choices' | 'label'>) {
  const { offers } = useBuilder();
  const published = offers.workflows.filter(({ version }) => version !== null);
  return (
    <Choice
      {...props}
      label="Workflow"
      choices={published.map(({ id, name }) => ({ value: id, label: name }))}
      hint={published.length === 0 ? 'No other workflow of this account is published yet.' : undefined}
    />
  );
}

interface SourceFieldsProps {
  readonly source: RecordSource;
  readonly onChange: (source: RecordSource) => void;
  readonly problemsAt: (field: string) => readonly ExpressionProblem[];
  /** Of the fields of the source, within the step. */
  readonly path: string;
  readonly disabled: boolean;
}

/** One record type of one connection. */
export function SourceFields({ source, onChange, problemsAt, path, disabled }: SourceFieldsProps) {
  const { offers } = useBuilder();
  const types = offers.ofSlot(source.connection)?.recordTypes ?? [];
  return (
    <>
      <SlotChoice
        value={source.connection}
        onChange={(connection) => onChange({ connection, recordType: '' })}
        problems={problemsAt(`${path}.connection`)}
        disabled={disabled}
      />
      <Choice
        label="Record type"
        value={source.recordType}
        choices={types.map(({ key, title }) => ({ value: key, label: title }))}
        onChange={(recordType) => onChange({ ...source, recordType })}
        problems={problemsAt(`${path}.recordType`)}
        disabled={disabled}
      />
    </>
  );
}
