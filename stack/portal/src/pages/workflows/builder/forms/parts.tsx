import type { Step } from '@middle/core/workflow/definition.ts';
import { useEffect, useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { ExpressionPlace, ExpressionProblem } from '../../../../expression/place.ts';
import { Field } from '../../../../ui/field.tsx';
import { Input } from '../../../../ui/input.tsx';

/** What the form of every kind of step is given. */
export interface StepFormProps<S extends Step = Step> {
  readonly step: S;
  /** Changes of one field in quick succession are taken back together. */
  readonly change: (next: S, field: string) => void;
  /** Where its expressions stand. */
  readonly place: ExpressionPlace;
  /** The same with the record that a step over records is at. */
  readonly recordPlace: ExpressionPlace;
  readonly problemsAt: (field: string) => readonly ExpressionProblem[];
  readonly disabled: boolean;
}

export function firstMessage(problems: readonly ExpressionProblem[]): string | null {
  return problems[0]?.message ?? null;
}

interface CommittedInputProps {
  readonly label: string;
  readonly value: string;
  /** What is wrong with a text; null: it may be taken. */
  readonly wrong: (text: string) => string | null;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  readonly optional?: boolean;
  readonly disabled?: boolean;
  readonly code?: boolean;
  /** Only when the field is left: of keys, which others name. */
  readonly atEnd?: boolean;
  readonly inputMode?: 'numeric' | 'decimal';
}

/** A text that is taken only while it may be: a draft is always whole, also in the middle of a word. */
export function CommittedInput(props: CommittedInputProps) {
  const { label, value, wrong, onChange, atEnd = false } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem = text === value ? null : wrong(text);
  const take = (next: string) => {
    if (next !== value && wrong(next) === null) onChange(next);
  };
  return (
    <Field label={label} hint={props.hint} error={problem ?? props.error} optional={props.optional}>
      {(ids) => (
        <Input
          {...ids}
          value={text}
          disabled={props.disabled}
          className={props.code === true ? 'code' : ''}
          inputMode={props.inputMode}
          onChange={({ target }) => {
            setText(target.value);
            if (!atEnd) take(target.value);
          }}
          onBlur={() => {
            if (wrong(text) !== null) setText(value);
            else if (atEnd) take(text);
          }}
        />
      )}
    </Field>
  );
}

export function wrongTitle(text: string): string | null {
  return text.trim() === '' ? 'It needs a title' : text.length > 120 ? 'At most 120 characters' : null;
}

const KEY = /^[a-z][A-Za-z0-9_]{0,62}$/;

export function wrongKey(taken: readonly string[], own: string): (text: string) => string | null {
  return (text) => {
    if (!KEY.test(text)) return 'Letters, digits and underscores, beginning with a small letter';
    return text !== own && taken.includes(text) ? `There is another “${text}”` : null;
  };
}

export function wrongWhole(least: number, most: number, isOptional = false): (text: string) => string | null {
  return (text) => {
    if (isOptional && text.trim() === '') return null;
    const value = Number(text);
    return Number.isInteger(value) && text.trim() !== '' && value >= least && value <= most
      ? null
      : `A whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
  };
}

interface NumberInputProps {
  readonly label: string;
  readonly value: number | null;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number | null) => void;
  readonly hint?: ReactNode;
  readonly optional?: boolean;
  readonly disabled?: boolean;
}

export function WholeInput({ value, least, most, optional = false, onChange, ...rest }: NumberInputProps) {
  return (
    <CommittedInput
      {...rest}
      optional={optional}
      inputMode="numeric"
      value={value === null ? '' : String(value)}
      wrong={wrongWhole(least, most, optional)}
      onChange={(text) => onChange(text.trim() === '' ? null : Number(text))}
    />
  );
}

/** Parts of a form that few people need. */
export function More({
  title,
  children,
  open = false,
}: {
  title: string;
  children: ReactNode;
  open?: boolean;
}) {
  return (
    <details className="more" open={open}>
      <summary>{title}</summary>
      <div className="stack">{children}</div>
    </details>
  );
}

/** Fields that belong together under one heading. */
export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="form-section" aria-labelledby={id}>
      <div className="row between">
        <h3 id={id}>{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}
