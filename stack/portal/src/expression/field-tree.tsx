import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { fieldsWithin, findFields, fieldValue, hasFieldsWithin, rootsOf } from './fields.ts';
import type { PickField } from './fields.ts';
import type { ExpressionPlace } from './place.ts';
import { useRecordTypes } from './use-record-types.ts';

interface FieldTreeProps {
  readonly place: ExpressionPlace;
  readonly text: string;
  readonly onChoose: (source: string) => void;
}

interface Row {
  readonly field: PickField;
  readonly level: number;
  readonly within: readonly string[];
}

/** Everything that can be named here, as a tree; while one searches, as a list. */
export function FieldTree({ place, text, onChoose }: FieldTreeProps) {
  const known = useRecordTypes(place);
  const roots = rootsOf(place.scope, place.sample?.values ?? {});
  const [open, setOpen] = useState<ReadonlySet<string>>(() => opened(known, roots));
  const isSearch = text.trim() !== '';
  const rows = isSearch
    ? findFields(known, roots, text).map(({ field, within }): Row => ({ field, within, level: 0 }))
    : rowsOf(known, roots, open, 0);
  const toggle = (source: string) => {
    const next = new Set(open);
    if (!next.delete(source)) next.add(source);
    setOpen(next);
  };
  if (rows.length === 0) return <p className="palette-empty">No field is called that.</p>;
  return (
    <div role="tree" aria-label="Fields" onKeyDown={moveAlong}>
      {rows.map(({ field, level, within }, index) => {
        const isParent = !isSearch && hasFieldsWithin(known, field);
        const isOpen = isParent && open.has(field.source);
        return (
          <div
            key={`${String(index)} ${field.source}`}
            role="treeitem"
            aria-level={level + 1}
            aria-expanded={isParent ? isOpen : undefined}
            aria-selected={false}
            tabIndex={index === 0 ? 0 : -1}
            className="pick"
            style={{ paddingInlineStart: `${String(0.35 + level * 1.1)}rem` }}
            onClick={() => onChoose(field.source)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === ' ') onChoose(field.source);
              else if (event.key === 'ArrowRight' && isParent && !isOpen) toggle(field.source);
              else if (event.key === 'ArrowLeft' && isOpen) toggle(field.source);
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          >
            <span
              className={isParent ? 'pick-toggle' : 'pick-toggle none'}
              aria-hidden
              onClick={(event) => {
                if (!isParent) return;
                event.stopPropagation();
                toggle(field.source);
              }}
            >
              <ChevronRight className={isOpen ? 'icon open' : 'icon'} />
            </span>
            <FieldText field={field} within={within} />
          </div>
        );
      })}
    </div>
  );
}

function FieldText({ field, within }: { readonly field: PickField; readonly within: readonly string[] }) {
  const value = fieldValue(field.value);
  return (
    <>
      <span className="pick-title">
        {within.length > 0 && <span className="faint">{within.join(' › ')} › </span>}
        {field.title} <span className="faint pick-type">{wordsOf(field.type)}</span>
      </span>
      {value !== '' && <code className="pick-value truncate">{value}</code>}
    </>
  );
}

/** What most expressions begin with: records, inputs and what they hold. */
function opened(known: KnownRecordTypes, roots: readonly PickField[]): ReadonlySet<string> {
  const shown = roots.filter(({ source }) => source !== 'execution');
  const inputs = shown.filter(({ source }) => source === 'inputs').flatMap((one) => fieldsWithin(known, one));
  return new Set([...shown, ...inputs].map(({ source }) => source));
}

function rowsOf(
  known: KnownRecordTypes,
  fields: readonly PickField[],
  open: ReadonlySet<string>,
  level: number,
): readonly Row[] {
  return fields.flatMap((field) => [
    { field, level, within: [] },
    ...(open.has(field.source) ? rowsOf(known, fieldsWithin(known, field), open, level + 1) : []),
  ]);
}

/** Arrow keys go from row to row, also those of the functions. */
export function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.pick')];
  const at = rows.findIndex((row) => row === document.activeElement);
  rows[at + step]?.focus();
  event.preventDefault();
}
