import type { RecordType } from '@middle/core/attribute.ts';
import { ANY } from '@middle/core/expression/types.ts';
import type { ExportStep } from '@middle/core/workflow/definition.ts';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { ValueField } from '../../../../expression/value-field.tsx';
import { Button, IconButton } from '../../../../ui/button.tsx';
import { CommittedInput, firstMessage, Section, wrongTitle } from './parts.tsx';
import type { StepFormProps } from './parts.tsx';

type Column = ExportStep['columns'][number];

interface ColumnsProps extends StepFormProps<ExportStep> {
  /** Null: none is chosen yet. */
  readonly type: RecordType | null;
}

/** One for each attribute, under its title. */
export function columnsOf({ attributes }: RecordType): Column[] {
  const names = new Set<string>();
  return attributes.map(({ key, title }) => {
    const name = names.has(title) ? `${title} (${key})` : title;
    names.add(name);
    return { name, value: /^[A-Za-z_]\w*$/.test(key) ? `record.${key}` : `record[${JSON.stringify(key)}]` };
  });
}

export function ExportColumns(props: ColumnsProps) {
  const { step, change, problemsAt, disabled, type } = props;
  const { columns } = step;
  const reason = disabled ? 'You can’t change this' : null;
  const set = (next: readonly Column[], field = 'columns') => change({ ...step, columns: [...next] }, field);
  const left =
    type === null ? [] : columnsOf(type).filter((one) => !columns.some(({ value }) => value === one.value));
  const leftWords = `Add the ${String(left.length)} other ${left.length === 1 ? 'field' : 'fields'}`;
  return (
    <Section title="Columns">
      {columns.length === 0 && (
        <p className="muted">{firstMessage(problemsAt('columns')) ?? 'It has no column yet.'}</p>
      )}
      <ol className="export-columns">
        {columns.map((column, at) => (
          <ExportColumn key={at} {...props} column={column} at={at} set={set} />
        ))}
      </ol>
      <div className="row wrap">
        <Button
          size="sm"
          icon={Plus}
          reason={reason}
          onClick={() => set([...columns, { name: `Column ${String(columns.length + 1)}`, value: '' }])}
        >
          Add a column
        </Button>
        {left.length > 0 && (
          <Button size="sm" look="quiet" reason={reason} onClick={() => set([...columns, ...left])}>
            {columns.length === 0 ? 'Add every field' : leftWords}
          </Button>
        )}
      </div>
    </Section>
  );
}

interface ColumnProps extends ColumnsProps {
  readonly column: Column;
  readonly at: number;
  readonly set: (next: readonly Column[], field?: string) => void;
}

function ExportColumn({ step, column, at, set, recordPlace, problemsAt, disabled }: ColumnProps) {
  const { columns } = step;
  const { name, value } = column;
  const path = `columns[${String(at)}]`;
  const reason = disabled ? 'You can’t change this' : null;
  const change = (next: Column, field: string) => set(columns.with(at, next), `${path}.${field}`);
  const move = (by: number) => set(columns.toSpliced(at, 1).toSpliced(at + by, 0, column));
  const moves = [
    { icon: ArrowUp, by: -1, label: `Move ${name} up`, why: at === 0 ? 'It is the first' : null },
    {
      icon: ArrowDown,
      by: 1,
      label: `Move ${name} down`,
      why: at === columns.length - 1 ? 'It is the last' : null,
    },
  ];
  return (
    <li className="stack tight">
      <div className="row form-row">
        <CommittedInput
          label={`Column ${String(at + 1)}`}
          value={name}
          wrong={wrongTitle}
          error={firstMessage(problemsAt(`${path}.name`))}
          disabled={disabled}
          onChange={(next) => change({ name: next, value }, 'name')}
        />
        <span className="row tight">
          {moves.map(({ icon, by, label, why }) => (
            <IconButton
              key={by}
              icon={icon}
              size="sm"
              label={label}
              reason={reason ?? why}
              onClick={() => move(by)}
            />
          ))}
          <IconButton
            icon={Trash2}
            size="sm"
            label={`Remove ${name}`}
            reason={reason}
            onClick={() => set(columns.toSpliced(at, 1))}
          />
        </span>
      </div>
      <ValueField
        label={`Value of ${name}`}
        value={value}
        expected={ANY}
        onChange={(next) => change({ name, value: next }, 'value')}
        place={recordPlace}
        problems={problemsAt(`${path}.value`)}
        disabled={disabled}
      />
    </li>
  );
}
