import type { ExpressionType } from '@middle/core/expression/type.ts';
import { SquareFunction, TextCursorInput } from 'lucide-react';
import { useId, useState } from 'react';
import type { InputHTMLAttributes } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Select } from '../ui/select.tsx';
import { ExpressionField } from './expression-field.tsx';
import type { ExpressionFieldProps } from './expression-field.tsx';
import { plainKindOf, plainOf, sourceOf } from './plain.ts';
import type { Plain, PlainKind } from './plain.ts';
import './expression.css';

interface ValueFieldProps extends ExpressionFieldProps {
  readonly expected: ExpressionType;
}

/** A value that is written plainly, as in any form, or worked out by an expression. */
export function ValueField(props: ValueFieldProps) {
  const { value, onChange, expected, label, disabled } = props;
  const kind = plainKindOf(expected);
  const plain = kind === null ? null : plainOf(value, kind);
  // Decided once: a field doesn't become another one in the middle of a word.
  const [wanted, setWanted] = useState<'plain' | 'expression'>(plain === null ? 'expression' : 'plain');
  const isPlain = kind !== null && wanted === 'plain';
  const canBePlain = kind !== null && (plain !== null || value.trim() === '');
  if (isPlain && canBePlain) {
    const work = () => setWanted('expression');
    return <PlainField {...props} kind={kind} plain={plain} onWork={work} />;
  }
  return (
    <ExpressionField
      {...props}
      aside={
        kind !== null && (
          <IconButton
            icon={TextCursorInput}
            size="sm"
            label={`Write ${label} as a plain value`}
            reason={disabled === true ? 'You can’t change this' : null}
            onClick={() => {
              // What a plain field can't show is not kept: the button says so by what it becomes.
              if (!canBePlain) onChange('');
              setWanted('plain');
            }}
          />
        )
      }
    />
  );
}

interface PlainFieldProps extends ValueFieldProps {
  readonly kind: PlainKind;
  readonly plain: Plain | null;
  readonly onWork: () => void;
}

const INPUTS: Readonly<Record<Exclude<PlainKind, 'boolean'>, InputHTMLAttributes<HTMLInputElement>>> = {
  text: { type: 'text' },
  number: { type: 'number', step: 'any' },
  date: { type: 'date' },
  datetime: { type: 'text', placeholder: '2026-01-31T09:30:00Z' },
};

function PlainField(props: PlainFieldProps) {
  const { label, optional = false, hint, kind, plain, onWork, onChange, problems = [], disabled } = props;
  const id = useId();
  const isWrong = problems.length > 0;
  const note = isWrong ? problems[0]?.message : hint;
  const common = {
    id,
    disabled,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    'aria-invalid': isWrong || undefined,
  };
  return (
    <div className="field expression">
      <div className="expression-head">
        <label htmlFor={id} className="grow">
          {label}
          {optional && <span className="faint"> optional</span>}
        </label>
        <IconButton
          icon={SquareFunction}
          size="sm"
          label={`Work ${label} out with an expression`}
          reason={disabled === true ? 'You can’t change this' : null}
          onClick={onWork}
        />
      </div>
      {kind === 'boolean' ? (
        <Select
          {...common}
          value={plain === null ? '' : String(plain)}
          choices={[
            ...(plain === null ? [{ value: '', label: 'Choose…' }] : []),
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          onChange={(next) => onChange(next)}
        />
      ) : (
        <Input
          {...common}
          {...INPUTS[kind]}
          value={plain === null ? '' : String(plain)}
          onChange={({ target }) => onChange(written(target.value, kind))}
        />
      )}
      {note !== undefined && (
        <p id={`${id}-note`} className={isWrong ? 'field-note wrong' : 'field-note'}>
          {note}
        </p>
      )}
    </div>
  );
}

function written(text: string, kind: PlainKind): string {
  if (text === '' && kind !== 'text') return '';
  return kind === 'number' ? String(Number(text)) : sourceOf(text);
}
