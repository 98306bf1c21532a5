import type { ExpressionType } from '@middle/core/expression/type.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import { ListTree } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/button.tsx';
import { useCheck, usePreview } from './asked.ts';
import type { Checked, Preview } from './asked.ts';
import { ExpressionEditor } from './editor.tsx';
import type { EditorHandle } from './editor.tsx';
import { shortValue } from './fields.ts';
import { ExpressionPicker } from './picker.tsx';
import type { ExpressionPlace, ExpressionProblem } from './place.ts';

export interface ExpressionFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (source: string) => void;
  readonly place: ExpressionPlace;
  /** What it has to give. */
  readonly expected?: ExpressionType | undefined;
  readonly hint?: ReactNode;
  readonly optional?: boolean | undefined;
  /** What is known to be wrong from elsewhere, such as that it is missing. */
  readonly problems?: readonly ExpressionProblem[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly placeholder?: string | undefined;
  /** Beside the label. */
  readonly aside?: ReactNode;
  readonly onBlur?: (() => void) | undefined;
}

const NONE: readonly ExpressionProblem[] = [];

/** An expression, written with completion or put together by choosing, with what is wrong and what it gives. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, value, onChange, place, expected, hint, optional = false, disabled } = props;
  const id = useId();
  const editor = useRef<EditorHandle>(null);
  const [picking, setPicking] = useState<string | null>(null);
  const checked = useCheck(value, place, expected);
  const problems = problemsOf(value, checked, props.problems ?? NONE);
  const isRight = checked?.source === value && checked.problems.length === 0;
  const preview = usePreview(value, place, isRight);
  const fix = (problem: ExpressionProblem | undefined) => {
    if (problem?.suggestion === undefined || problem.start === undefined) return;
    onChange(value.slice(0, problem.start) + problem.suggestion + value.slice(problem.end ?? value.length));
  };
  const close = (insert?: () => void) => {
    setPicking(null);
    // The dialog gives the focus back first.
    requestAnimationFrame(insert ?? (() => editor.current?.focus()));
  };
  return (
    <div className="field expression">
      <div className="expression-head">
        <label htmlFor={id} className="grow">
          {label}
          {optional && <span className="faint"> optional</span>}
          {expected !== undefined && expected.kind !== 'any' && (
            <span className="faint"> · {wordsOf(expected)}</span>
          )}
        </label>
        {props.aside}
        <IconButton
          icon={ListTree}
          size="sm"
          label={`Choose a field or function for ${label}`}
          reason={disabled === true ? 'You can’t change this' : null}
          onClick={() => setPicking(editor.current?.selected() ?? '')}
        />
      </div>
      <ExpressionEditor
        id={id}
        label={label}
        value={value}
        onChange={onChange}
        place={place}
        expected={expected}
        problems={problems}
        placeholder={props.placeholder ?? 'Type, or choose a field'}
        disabled={disabled}
        described={`${id}-note`}
        handle={editor}
        onFix={() => fix(problems.find(({ suggestion }) => suggestion !== undefined))}
        onBlur={props.onBlur}
      />
      <div id={`${id}-note`} className="expression-note">
        {problems.length > 0 ? (
          <Problems problems={problems} onFix={fix} />
        ) : (
          <Outcome
            preview={preview}
            label={place.sample?.label ?? ''}
            hint={hint}
            words={checked?.words ?? ''}
          />
        )}
      </div>
      {picking !== null && (
        <ExpressionPicker
          title={`Choose for ${label}`}
          place={place}
          selected={picking}
          onChoose={(source, back) => close(() => editor.current?.insert(source, back))}
          onClose={() => close()}
        />
      )}
    </div>
  );
}

/** What is known from elsewhere counts as long as nothing newer is known. */
function problemsOf(
  value: string,
  checked: Checked | null,
  known: readonly ExpressionProblem[],
): readonly ExpressionProblem[] {
  if (checked === null || value.trim() === '') return known;
  const own = checked.problems;
  return own.length > 0 ? own : known.filter(({ start }) => start === undefined);
}

interface ProblemsProps {
  readonly problems: readonly ExpressionProblem[];
  readonly onFix: (problem: ExpressionProblem) => void;
}

function Problems({ problems, onFix }: ProblemsProps) {
  return (
    <ul className="expression-problems">
      {problems.slice(0, 3).map((problem, index) => (
        <li key={index} className="field-note wrong">
          {problem.message}
          {problem.suggestion !== undefined && problem.start !== undefined && (
            <button type="button" className="expression-fix" onClick={() => onFix(problem)}>
              Write <code>{problem.suggestion}</code>
              {index === 0 && <kbd className="kbd">Alt ⏎</kbd>}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface OutcomeProps {
  readonly preview: Preview | null;
  readonly label: string;
  readonly hint: ReactNode;
  readonly words: string;
}

function Outcome({ preview, label, hint, words }: OutcomeProps) {
  if (preview === null) {
    const note = hint ?? (words === '' ? null : `Gives ${words}`);
    return note === null ? null : <p className="field-note">{note}</p>;
  }
  if ('failure' in preview)
    return (
      <p className="field-note">
        With {label} it fails: {preview.failure}
      </p>
    );
  return (
    <p className="field-note expression-preview">
      <span aria-hidden>= </span>
      <code>
        {preview.value === null || preview.value === undefined ? 'null' : shortValue(preview.value)}
      </code>
      <span className="faint"> with {label}</span>
    </p>
  );
}
