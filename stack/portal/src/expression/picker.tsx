import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Segments } from '../ui/tabs.tsx';
import { FieldTree } from './field-tree.tsx';
import { FunctionChoice } from './function-choice.tsx';
import type { ExpressionPlace } from './place.ts';

interface PickerProps {
  readonly title: string;
  readonly place: ExpressionPlace;
  /** What is selected in the editor: a function is put around it. */
  readonly selected: string;
  /** The cursor goes so many characters before the end of what is inserted. */
  readonly onChoose: (source: string, back?: number) => void;
  readonly onClose: () => void;
}

type Part = 'fields' | 'functions';

/** An expression built by choosing: fields by their titles with their values, functions by what they do. */
export function ExpressionPicker({ title, place, selected, onChoose, onClose }: PickerProps) {
  const [part, setPart] = useState<Part>('fields');
  const [text, setText] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    const first = list.current?.querySelector<HTMLElement>('[tabindex="0"]');
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'ArrowDown') first?.focus();
    else if (text !== '') first?.click();
  };
  return (
    <Dialog open onClose={onClose} title={title} wide>
      <div className="picker-head">
        <span className="search-box grow">
          <Search className="icon" aria-hidden />
          <input
            className="input"
            type="search"
            aria-label={part === 'fields' ? 'Search fields' : 'Search functions'}
            placeholder={
              part === 'fields' ? 'Search fields by their titles' : 'Search functions by what they do'
            }
            value={text}
            onKeyDown={press}
            onChange={(event) => setText(event.target.value)}
          />
        </span>
        <Segments<Part>
          label="What to choose from"
          value={part}
          choices={[
            { value: 'fields', label: 'Fields' },
            { value: 'functions', label: 'Functions' },
          ]}
          onChange={setPart}
        />
      </div>
      <div ref={list} className="picker-list">
        {part === 'fields' ? (
          <FieldTree place={place} text={text} onChoose={onChoose} />
        ) : (
          <FunctionChoice text={text} selected={selected} onChoose={onChoose} />
        )}
      </div>
      <span />
    </Dialog>
  );
}
