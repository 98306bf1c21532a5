import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import { RecordPicker } from '../../../parts/record-picker.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input, TextArea } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';

/** What a person gives to the inputs of a workflow: ids of records, and texts as they were typed. */
export interface GivenInputs {
  readonly records: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
  /** For a person: what was chosen. */
  readonly names: readonly string[];
}

export const NOTHING_GIVEN: GivenInputs = { records: {}, texts: {}, names: [] };

interface InputFieldsProps {
  readonly inputs: readonly WorkflowInput[];
  readonly bindings: Readonly<Record<string, string>>;
  readonly given: GivenInputs;
  readonly onChange: (given: GivenInputs) => void;
}

/** A field for each input, by its type. */
export function InputFields({ inputs, bindings, given, onChange }: InputFieldsProps) {
  return (
    <>
      {inputs.map((input) => {
        const { key, title, type } = input;
        const connectionId = type.kind === 'record' ? bindings[type.connection] : undefined;
        if (type.kind === 'record' && connectionId !== undefined) {
          return (
            <RecordPicker
              key={key}
              label={title}
              connectionId={connectionId}
              recordType={type.recordType}
              value={given.records[key] ?? ''}
              onChange={(id, name) =>
                onChange({ ...given, records: { ...given.records, [key]: id }, names: [name] })
              }
            />
          );
        }
        return (
          <PlainInput
            key={key}
            input={input}
            text={given.texts[key] ?? ''}
            onChange={(text) => onChange({ ...given, texts: { ...given.texts, [key]: text } })}
          />
        );
      })}
    </>
  );
}

interface PlainInputProps {
  readonly input: WorkflowInput;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function PlainInput({ input: { title, type, required }, text, onChange }: PlainInputProps) {
  const parsed = valueOf(type, text);
  const error = parsed.isRight ? null : `Must be ${wordsOf(type)}`;
  return (
    <Field label={title} optional={!required} error={error} hint={hintOf(type)}>
      {(ids) =>
        type.kind === 'boolean' ? (
          <Select
            {...ids}
            value={text}
            choices={[
              { value: '', label: 'Choose…' },
              { value: 'true', label: 'Yes' },
              { value: 'false', label: 'No' },
            ]}
            onChange={onChange}
          />
        ) : isJson(type) ? (
          <TextArea
            {...ids}
            className="code"
            rows={3}
            value={text}
            onChange={({ target }) => onChange(target.value)}
          />
        ) : (
          <Input
            {...ids}
            type={type.kind === 'number' ? 'number' : type.kind === 'date' ? 'date' : 'text'}
            step="any"
            value={text}
            onChange={({ target }) => onChange(target.value)}
          />
        )
      }
    </Field>
  );
}

function isJson({ kind }: ExpressionType): boolean {
  return kind === 'any' || kind === 'array' || kind === 'object' || kind === 'record';
}

function hintOf(type: ExpressionType): string | undefined {
  if (isJson(type)) return 'As JSON.';
  return type.kind === 'datetime' ? 'Such as 2026-01-31T09:30:00Z.' : undefined;
}

function valueOf(type: ExpressionType, text: string): { readonly isRight: boolean; readonly value: unknown } {
  if (text.trim() === '') return { isRight: true, value: undefined };
  if (type.kind === 'boolean') return { isRight: true, value: text === 'true' };
  if (type.kind === 'number') return { isRight: Number.isFinite(Number(text)), value: Number(text) };
  if (!isJson(type)) return { isRight: true, value: text };
  try {
    return { isRight: true, value: JSON.parse(text) };
  } catch {
    return { isRight: false, value: undefined };
  }
}

/** The values of the inputs that are no records. */
export function valuesOf(inputs: readonly WorkflowInput[], given: GivenInputs): Record<string, unknown> {
  return Object.fromEntries(
    inputs.flatMap(({ key, type }) => {
      const { value } = valueOf(type, given.texts[key] ?? '');
      return value === undefined || given.records[key] !== undefined ? [] : [[key, value]];
    }),
  );
}

/** Why it can't be gone on with yet. */
export function missingOf(inputs: readonly WorkflowInput[], given: GivenInputs): string | null {
  for (const { key, title, type, required } of inputs) {
    const { isRight, value } = valueOf(type, given.texts[key] ?? '');
    if (!isRight) return `${title} must be ${wordsOf(type)}`;
    if (required && value === undefined && given.records[key] === undefined) return `Fill in ${title} first`;
  }
  return null;
}
