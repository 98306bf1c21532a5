import type { ExpressionType } from '@middle/core/expression/type.ts';
import { useImperativeHandle, useRef, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent, Ref, RefObject } from 'react';
import { useCompletion } from './asked.ts';
import type { Suggestion } from './asked.ts';
import { rectOf } from './glyphs.ts';
import { useHover } from './hover.tsx';
import type { ExpressionPlace, ExpressionProblem } from './place.ts';
import { Popup } from './popup.tsx';
import { segmentsOf } from './segments.ts';
import { SuggestionList, suggestionId } from './suggestion-list.tsx';
import './expression.css';

export interface EditorHandle {
  /** Puts a text in place of what is selected; the cursor goes so many characters before its end. */
  readonly insert: (text: string, back?: number) => void;
  readonly selected: () => string;
  readonly focus: () => void;
}

interface EditorProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly place: ExpressionPlace;
  readonly expected?: ExpressionType | undefined;
  readonly problems: readonly ExpressionProblem[];
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly described?: string | undefined;
  readonly handle: Ref<EditorHandle>;
  /** Puts what the first problem suggests in its place. */
  readonly onFix: () => void;
  readonly onBlur?: (() => void) | undefined;
}

/**
 * A text area, so that writing, undoing, spelling out and pasting are the browser's own, over a drawing of the same text
 * in colours. Completion comes as one types, or by Ctrl+Space.
 */
export function ExpressionEditor(props: EditorProps) {
  const { id, label, value, onChange, place, expected, problems, handle } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const drawn = useRef<HTMLDivElement>(null);
  const help = useWritingHelp(props, area);
  const hover = useHover(drawn, value, place, expected);
  useImperativeHandle(handle, () => ({
    insert: (text, back = 0) => area.current !== null && write(area.current, text, back),
    selected: () => {
      const { selectionStart = 0, selectionEnd = 0 } = area.current ?? {};
      return value.slice(selectionStart, selectionEnd);
    },
    focus: () => area.current?.focus(),
  }));
  return (
    <div className="expression-editor" {...hover.listeners}>
      <div ref={drawn} className="expression-text" aria-hidden>
        {segmentsOf(value, problems).map(({ start, text, look, wrong }) => (
          <span key={start} data-start={start} className={wrong ? `${look} wrong` : look}>
            {text}
          </span>
        ))}
        {/* A line that is still empty has a height too. */}
        {'\u200B'}
      </div>
      <textarea
        ref={area}
        id={id}
        className="expression-area"
        rows={1}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        disabled={props.disabled}
        placeholder={props.placeholder}
        value={value}
        aria-describedby={props.described}
        aria-invalid={problems.length > 0 || undefined}
        aria-autocomplete="list"
        aria-controls={help.isOpen ? `${id}-list` : undefined}
        aria-activedescendant={help.isOpen ? suggestionId(id, help.active) : undefined}
        onChange={({ target }) => {
          onChange(target.value);
          help.typed(target.value, target.selectionStart);
        }}
        onPaste={pastePlain}
        onKeyDown={help.press}
        onBlur={() => {
          help.close();
          props.onBlur?.();
        }}
      />
      {help.isOpen && (
        <Popup
          className="suggestions"
          at={() => drawn.current && rectOf(drawn.current, help.start, help.start)}
        >
          <SuggestionList
            id={id}
            label={`What may stand in ${label}`}
            suggestions={help.suggestions}
            active={help.active}
            onPoint={help.point}
            onChoose={help.accept}
          />
        </Popup>
      )}
      {!help.isOpen && hover.card}
      <span className="visually-hidden" role="status">
        {help.isOpen ? `${String(help.suggestions.length)} suggestions` : ''}
      </span>
    </div>
  );
}

/** Suggestions as one types, and the keys that choose among them. */
function useWritingHelp(
  { value, place, expected, onFix }: EditorProps,
  area: RefObject<HTMLTextAreaElement | null>,
) {
  const { completion, ask, close } = useCompletion(place, expected);
  const [active, setActive] = useState(0);
  const suggestions = completion?.suggestions ?? [];
  const isOpen = suggestions.length > 0;
  const askAt = (source: string, cursor: number, isAtOnce: boolean) => {
    setActive(0);
    ask(source, cursor, isAtOnce);
  };
  const accept = (suggestion: Suggestion | undefined) => {
    const element = area.current;
    close();
    if (element === null || suggestion === undefined || completion === null) return;
    // What was typed since the question is a part of the same name.
    const typed = Math.max(0, element.selectionStart - completion.cursor);
    element.setSelectionRange(suggestion.start, suggestion.end + typed);
    write(element, suggestion.text);
    if (/[.("]$/.test(suggestion.text)) askAt(element.value, element.selectionStart, true);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === ' ' && event.ctrlKey) askAt(value, event.currentTarget.selectionStart, true);
    else if (event.key === 'Enter' && event.altKey) onFix();
    else if (!isOpen) return;
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) accept(suggestions[active]);
    else if (event.key === 'Escape') close();
    else if (step !== undefined) setActive((active + step + suggestions.length) % suggestions.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const typed = (source: string, cursor: number) => {
    // A name is being written, a field of something is wanted, or a text is begun that may be one of a few.
    if (/[\w."']$/.test(source.slice(0, cursor))) askAt(source, cursor, false);
    else close();
  };
  const start = suggestions[0]?.start ?? completion?.cursor ?? 0;
  return { isOpen, suggestions, active, start, point: setActive, accept, press, typed, close };
}

/** Through the browser's own editing, so that its undo knows of it. */
function write(element: HTMLTextAreaElement, text: string, back = 0): void {
  element.focus();
  // There is no other way that keeps the browser's undo; where it is gone, the text still gets there.
  if (!document.execCommand('insertText', false, text)) {
    element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
    element.dispatchEvent(new Event('input', { bubbles: true }));
  }
  const at = element.selectionEnd - back;
  element.setSelectionRange(at, at);
}

/** Text out of a document brings typographic quotes, which the language doesn't know. */
function pastePlain(event: ClipboardEvent<HTMLTextAreaElement>): void {
  const text = event.clipboardData.getData('text/plain');
  const plain = text.replaceAll(/[“”]/g, '"').replaceAll(/[‘’]/g, "'").replaceAll('\u00A0', ' ');
  if (plain === text) return;
  event.preventDefault();
  write(event.currentTarget, plain);
}
