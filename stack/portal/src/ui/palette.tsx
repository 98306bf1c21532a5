import { Search } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import './palette.css';

export interface PaletteItem {
  readonly key: string;
  /** Items of one group stand together, below its name. */
  readonly group: string;
  readonly title: string;
  readonly note?: string;
  readonly icon: ReactNode;
}

interface PaletteProps<Item> {
  /** Of the element, so that its parts can name each other. */
  readonly id: string;
  readonly label: string;
  readonly field: { readonly label: string; readonly placeholder: string };
  /** Said where nothing is left to choose from. */
  readonly empty: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What the text leaves to choose from, in order. */
  readonly items: readonly Item[];
  readonly onRun: (item: Item) => void;
  readonly onClose: () => void;
}

/** A dialog to choose one of many things by typing a part of what it is called: arrows move, Enter takes. */
export function Palette<Item extends PaletteItem>(props: PaletteProps<Item>) {
  const { id, label, field, empty, text, onText, items, onRun, onClose } = props;
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const active = Math.min(chosen, items.length - 1);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((active + step + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = items[active];
      if (item !== undefined) onRun(item);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div className="palette-input">
        <Search className="icon" aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${String(active)}` : undefined}
          aria-label={field.label}
          placeholder={field.placeholder}
          autoFocus
          value={text}
          onKeyDown={press}
          onChange={(event) => {
            onText(event.target.value);
            setChosen(0);
          }}
        />
      </div>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label={label}>
        {items.length === 0 && <p className="palette-empty">{empty}</p>}
        {items.map((item, index) => (
          <Option
            key={item.key}
            id={`${id}-${String(index)}`}
            item={item}
            isActive={index === active}
            isFirst={items[index - 1]?.group !== item.group}
            onRun={() => onRun(item)}
            onPoint={() => setChosen(index)}
          />
        ))}
      </div>
    </dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly item: PaletteItem;
  readonly isActive: boolean;
  readonly isFirst: boolean;
  readonly onRun: () => void;
  readonly onPoint: () => void;
}

function Option({ id, item, isActive, isFirst, onRun, onPoint }: OptionProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <>
      {isFirst && (
        <div className="palette-group" role="presentation">
          {item.group}
        </div>
      )}
      <div
        ref={ref}
        id={id}
        role="option"
        aria-selected={isActive}
        className="palette-item"
        onClick={onRun}
        onMouseMove={onPoint}
      >
        {item.icon}
        <span className="palette-title truncate">{item.title}</span>
        {item.note !== undefined && <span className="faint truncate">{item.note}</span>}
      </div>
    </>
  );
}
