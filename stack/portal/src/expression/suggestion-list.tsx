import { Braces, CornerDownRight, Link2, Quote, SquareFunction } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Suggestion } from './asked.ts';

const ICONS: Readonly<Record<Suggestion['kind'], LucideIcon>> = {
  name: Braces,
  field: CornerDownRight,
  relation: Link2,
  function: SquareFunction,
  value: Quote,
};

interface SuggestionListProps {
  readonly id: string;
  readonly label: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onPoint: (index: number) => void;
  readonly onChoose: (suggestion: Suggestion) => void;
}

export function suggestionId(id: string, index: number): string {
  return `${id}-suggestion-${String(index)}`;
}

/** What may be written, what fits first; the one that is pointed at says more of itself. */
export function SuggestionList({ id, label, suggestions, active, onPoint, onChoose }: SuggestionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active, suggestions]);
  const chosen = suggestions[active];
  return (
    <>
      <div ref={list} className="suggestion-list" role="listbox" id={`${id}-list`} aria-label={label}>
        {suggestions.map((suggestion, index) => {
          const { kind, text, title, type } = suggestion;
          const Icon = ICONS[kind];
          const isNamed = kind === 'function' || title === text;
          return (
            <div
              key={`${kind} ${text}`}
              id={suggestionId(id, index)}
              role="option"
              aria-selected={index === active}
              className={suggestion.fits ? 'suggestion' : 'suggestion unfit'}
              onMouseMove={() => onPoint(index)}
              onClick={() => onChoose(suggestion)}
            >
              <Icon className="icon" aria-hidden />
              <span className="truncate suggestion-title">
                {isNamed ? text.replace(/\(\)?$/, '') : title}
              </span>
              {!isNamed && <code className="faint truncate">{text}</code>}
              <span className="suggestion-type truncate">{type}</span>
            </div>
          );
        })}
      </div>
      {chosen?.help !== undefined && (
        <div className="suggestion-help">
          <code>{chosen.title}</code>
          <p>{chosen.help}</p>
        </div>
      )}
    </>
  );
}
