import type { ExpressionType, ObjectField } from '@middle/core/expression/type.ts';
import { ANY, present, TEXT } from '@middle/core/expression/types.ts';
import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { useBuilder } from './builder-context.ts';
import { freshKey, keyFrom } from './edit-keys.ts';
import { CommittedInput, wrongTitle } from './forms/parts.tsx';

const KINDS: readonly { readonly value: ExpressionType['kind']; readonly label: string }[] = [
  { value: 'record', label: 'Record' },
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'date', label: 'Date' },
  { value: 'datetime', label: 'Date and time' },
  { value: 'array', label: 'List' },
  { value: 'object', label: 'Object' },
  { value: 'any', label: 'Any value' },
];
/** Lists of objects of lists are nobody's friends. */
const DEEPEST = 3;

interface TypeFieldsProps {
  readonly type: ExpressionType;
  readonly onChange: (type: ExpressionType) => void;
  readonly disabled: boolean;
  readonly label?: string;
  readonly depth?: number;
}

/** Of which type a value is. */
export function TypeFields({ type, onChange, disabled, label = 'Type', depth = 0 }: TypeFieldsProps) {
  const { draft, offers } = useBuilder();
  const slots = draft.definition.connections;
  const kinds =
    depth < DEEPEST ? KINDS : KINDS.filter(({ value }) => value !== 'array' && value !== 'object');
  const begin = (kind: string): ExpressionType => {
    const known = KINDS.find(({ value }) => value === kind)?.value ?? 'any';
    if (known === 'array') return { kind: 'array', of: ANY };
    if (known === 'object') return { kind: 'object', fields: [] };
    if (known !== 'record') return { kind: known };
    const slot = slots[0]?.key ?? '';
    return { kind: 'record', connection: slot, recordType: offers.ofSlot(slot)?.recordTypes[0]?.key ?? '' };
  };
  // A record needs a place for a connection; without one it can't be said of which.
  const offered =
    slots.length > 0 || type.kind === 'record' ? kinds : kinds.filter(({ value }) => value !== 'record');
  return (
    <>
      <Field
        label={label}
        hint={
          slots.length === 0 && depth === 0 ? 'For a record, add a place for a connection first.' : undefined
        }
      >
        {(ids) => (
          <Select
            {...ids}
            value={type.kind}
            disabled={disabled}
            choices={offered}
            onChange={(kind) => onChange(begin(kind))}
          />
        )}
      </Field>
      {type.kind === 'record' && <RecordFields type={type} onChange={onChange} disabled={disabled} />}
      {type.kind === 'array' && (
        <div className="nested">
          <TypeFields
            label="Type of each item"
            type={type.of}
            onChange={(of) => onChange({ ...type, of })}
            disabled={disabled}
            depth={depth + 1}
          />
        </div>
      )}
      {type.kind === 'object' && (
        <ObjectFields
          fields={type.fields}
          onChange={(fields) => onChange({ ...type, fields })}
          disabled={disabled}
          depth={depth}
        />
      )}
    </>
  );
}

interface RecordFieldsProps {
  readonly type: Extract<ExpressionType, { kind: 'record' }>;
  readonly onChange: (type: ExpressionType) => void;
  readonly disabled: boolean;
}

function RecordFields({ type, onChange, disabled }: RecordFieldsProps) {
  const { draft, offers } = useBuilder();
  const types = offers.ofSlot(type.connection)?.recordTypes ?? [];
  return (
    <div className="pair">
      <Field label="Of the connection">
        {(ids) => (
          <Select
            {...ids}
            value={type.connection}
            disabled={disabled}
            choices={draft.definition.connections.map(({ key, title }) => ({ value: key, label: title }))}
            onChange={(connection) =>
              onChange({
                ...type,
                connection,
                recordType: offers.ofSlot(connection)?.recordTypes[0]?.key ?? type.recordType,
              })
            }
          />
        )}
      </Field>
      <Field label="Record type">
        {(ids) => (
          <Select
            {...ids}
            value={type.recordType}
            disabled={disabled}
            choices={[
              ...types.map(({ key, title }) => ({ value: key, label: title })),
              ...(types.some(({ key }) => key === type.recordType)
                ? []
                : [{ value: type.recordType, label: type.recordType }]),
            ]}
            onChange={(recordType) => onChange({ ...type, recordType })}
          />
        )}
      </Field>
    </div>
  );
}

interface ObjectFieldsProps {
  readonly fields: readonly ObjectField[];
  readonly onChange: (fields: readonly ObjectField[]) => void;
  readonly disabled: boolean;
  readonly depth: number;
}

function ObjectFields({ fields, onChange, disabled, depth }: ObjectFieldsProps) {
  const reason = disabled ? 'You can’t change this' : null;
  const keys = new Set(fields.map(({ key }) => key));
  return (
    <div className="nested">
      {fields.map((field, at) => (
        <div key={at} className="stack tight">
          <div className="row">
            <div className="grow">
              <CommittedInput
                label="Field"
                value={field.title}
                wrong={wrongTitle}
                disabled={disabled}
                onChange={(title) => {
                  // The key follows its title as long as it is the title's.
                  const others = new Set([...keys].filter((key) => key !== field.key));
                  const key =
                    keyFrom(field.title) === field.key ? freshKey(keyFrom(title), others) : field.key;
                  onChange(fields.with(at, { ...field, title, key }));
                }}
              />
            </div>
            <IconButton
              icon={Trash2}
              size="sm"
              label={`Remove the field ${field.title}`}
              reason={reason}
              onClick={() => onChange(fields.toSpliced(at, 1))}
            />
          </div>
          <TypeFields
            type={present(field.type)}
            onChange={(type) => onChange(fields.with(at, { ...field, type }))}
            disabled={disabled}
            depth={depth + 1}
          />
        </div>
      ))}
      <div>
        <Button
          size="sm"
          look="quiet"
          icon={Plus}
          reason={reason}
          onClick={() => onChange([...fields, { key: freshKey('field', keys), title: 'Field', type: TEXT }])}
        >
          Add a field
        </Button>
      </div>
    </div>
  );
}
