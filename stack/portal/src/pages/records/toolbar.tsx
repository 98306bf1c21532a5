import { useNavigate } from '@tanstack/react-router';
import { ListFilter, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Connection, RecordSet } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { OPERATOR_TEXTS, needsValue, operatorsOf } from './use-record-search.ts';
import type { AttributeType, Deleted, Filter, Operator, RecordSearch } from './use-record-search.ts';

interface ToolbarProps {
  readonly connection: Connection;
  readonly set: RecordSet;
  readonly all: readonly RecordSet[];
  readonly search: RecordSearch;
  readonly onChange: (change: Partial<RecordSearch>) => void;
  readonly total: string | null;
  readonly columnMenu: ReactNode;
}

const DELETED: readonly { value: Deleted; label: string }[] = [
  { value: 'exclude', label: 'At the source' },
  { value: 'include', label: 'Deleted ones too' },
  { value: 'only', label: 'Only deleted ones' },
];

export function RecordToolbar({ connection, set, all, search, onChange, total, columnMenu }: ToolbarProps) {
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  // The index has no deleted records, so that question goes to the primary data, which can't be searched by words.
  const searched = search.text !== '' || search.filters.length > 0 || search.sort !== null;
  return (
    <div className="stack tight">
      <div className="toolbar">
        {all.length > 1 && (
          <Select
            className="record-type-select"
            aria-label="Record type"
            value={set.recordType.key}
            choices={all.map(({ recordType }) => ({ value: recordType.key, label: recordType.title }))}
            onChange={(value) => void navigate({ to: paths.records(connection.id, value) })}
          />
        )}
        <SearchField
          key={search.text === '' ? 'empty' : 'typed'}
          text={search.text}
          onChange={(text) => onChange({ text, deleted: 'exclude' })}
        />
        <Button icon={ListFilter} onClick={() => setAdding(true)}>
          Filter
        </Button>
        <Select
          className="deleted-select"
          aria-label="Deleted records"
          value={search.deleted}
          choices={DELETED}
          disabled={searched}
          title={searched ? 'Clear the search, the filters and the order first' : undefined}
          onChange={(value) =>
            onChange({ deleted: DELETED.find((each) => each.value === value)?.value ?? 'exclude' })
          }
        />
        {columnMenu}
        <span className="faint num records-total" role="status">
          {total !== null && `${total} ${total === '1' ? 'record' : 'records'}`}
        </span>
      </div>
      {search.filters.length > 0 && (
        <div className="row wrap">
          {search.filters.map((filter, index) => (
            <FilterChip
              key={index}
              filter={filter}
              set={set}
              onRemove={() =>
                onChange({ filters: search.filters.filter((_, position) => position !== index) })
              }
            />
          ))}
        </div>
      )}
      {adding && (
        <FilterDialog
          set={set}
          onClose={() => setAdding(false)}
          onAdd={(filter) => {
            setAdding(false);
            onChange({ filters: [...search.filters, filter], deleted: 'exclude' });
          }}
        />
      )}
    </div>
  );
}

function SearchField({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), 180);
    return () => clearTimeout(timer);
    // The caller's function is new on each render; only what was typed matters.
  }, [typed]);
  return (
    <div className="search-box">
      <Search className="icon" aria-hidden />
      <Input
        type="search"
        aria-label="Search these records"
        placeholder="Search"
        value={typed}
        autoFocus={text !== ''}
        onChange={(event) => setTyped(event.target.value)}
      />
      <kbd className="kbd" aria-hidden>
        /
      </kbd>
    </div>
  );
}

function FilterChip({
  filter,
  set,
  onRemove,
}: {
  readonly filter: Filter;
  readonly set: RecordSet;
  readonly onRemove: () => void;
}) {
  const attribute = set.recordType.attributes.find(({ key }) => key === filter.attribute);
  const text = `${attribute?.title ?? filter.attribute} ${OPERATOR_TEXTS[filter.operator]} ${filter.value}`;
  return (
    <span className="chip">
      <span className="truncate">
        {attribute?.title ?? filter.attribute}{' '}
        <span className="faint">{OPERATOR_TEXTS[filter.operator]}</span> {filter.value}
      </span>
      <button type="button" aria-label={`Remove the filter: ${text}`} onClick={onRemove}>
        <X className="icon" aria-hidden />
      </button>
    </span>
  );
}

interface FilterDialogProps {
  readonly set: RecordSet;
  readonly onClose: () => void;
  readonly onAdd: (filter: Filter) => void;
}

const INPUT_TYPES: Readonly<Record<string, string>> = { number: 'number', iso_date: 'date' };

function FilterDialog({ set, onClose, onAdd }: FilterDialogProps) {
  const attributes = set.recordType.attributes.filter(({ type }) => type !== 'array');
  const [key, setKey] = useState(attributes[0]?.key ?? '');
  const attribute = attributes.find((each) => each.key === key) ?? attributes[0];
  const operators = attribute === undefined ? [] : operatorsOf(attribute.type);
  const [wanted, setOperator] = useState<Operator>('is');
  const operator = operators.includes(wanted) ? wanted : (operators[0] ?? 'is');
  const [value, setValue] = useState('');
  const isBoolean = attribute?.type === 'boolean';
  const given = isBoolean && value === '' ? 'true' : value;
  const ready = !needsValue(operator) || given !== '';
  return (
    <Dialog
      open
      onClose={onClose}
      title="Filter"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" type="submit" form="filter-form" reason={ready ? null : 'Enter a value first'}>
            Add filter
          </Button>
        </>
      }
    >
      <form
        id="filter-form"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onAdd({ attribute: key, operator, value: needsValue(operator) ? given : '' });
        }}
      >
        <Field label="Attribute">
          {(ids) => (
            <Select
              {...ids}
              value={key}
              choices={attributes.map(({ key: own, title }) => ({ value: own, label: title }))}
              onChange={setKey}
            />
          )}
        </Field>
        <Field label="Condition">
          {(ids) => (
            <Select
              {...ids}
              value={operator}
              choices={operators.map((own) => ({ value: own, label: OPERATOR_TEXTS[own] }))}
              onChange={(own) => setOperator(operators.find((each) => each === own) ?? 'is')}
            />
          )}
        </Field>
        {needsValue(operator) && <ValueField type={attribute?.type} value={given} onChange={setValue} />}
      </form>
    </Dialog>
  );
}

interface ValueFieldProps {
  readonly type: AttributeType | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

function ValueField({ type, value, onChange }: ValueFieldProps) {
  return (
    <Field label="Value" hint={type === 'iso_datetime' ? 'Such as 2026-01-31T08:00:00Z' : undefined}>
      {(ids) =>
        type === 'boolean' ? (
          <Select {...ids} value={value} choices={YES_NO} onChange={onChange} />
        ) : (
          <Input
            {...ids}
            type={INPUT_TYPES[type ?? ''] ?? 'text'}
            step="any"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
