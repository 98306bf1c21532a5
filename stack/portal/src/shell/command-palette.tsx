import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useCommands } from './commands.ts';
import type { Command } from './commands.ts';

/** Jump to a page, an account, an app, a connection or a record type; or search the records for what was typed. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const commands = useCommands(text);
  const active = Math.min(chosen, commands.length - 1);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    void navigate({ to: command.to, ...(command.search && { search: command.search }) });
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((active + step + commands.length) % Math.max(1, commands.length));
    } else if (event.key === 'Enter') run(commands[active]);
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Jump to"
      onCancel={onClose}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div className="palette-input">
        <Search className="icon" aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={active >= 0 ? `palette-${String(active)}` : undefined}
          aria-label="Jump to a page, connection, record type, or search records"
          placeholder="Jump to a page, connection, record type…"
          autoFocus
          value={text}
          onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
        />
      </div>
      <div className="palette-list" role="listbox" id="palette-list" aria-label="Places">
        {commands.length === 0 && <p className="palette-empty">Nothing is called that.</p>}
        {commands.map((command, index) => (
          <Item
            key={command.key}
            command={command}
            index={index}
            active={index === active}
            first={commands[index - 1]?.group !== command.group}
            onRun={() => run(command)}
            onPoint={() => setChosen(index)}
          />
        ))}
      </div>
    </dialog>
  );
}

interface ItemProps {
  readonly command: Command;
  readonly index: number;
  readonly active: boolean;
  readonly first: boolean;
  readonly onRun: () => void;
  readonly onPoint: () => void;
}

function Item({ command, index, active, first, onRun, onPoint }: ItemProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const Icon = command.icon;
  return (
    <>
      {first && (
        <div className="palette-group" role="presentation">
          {command.group}
        </div>
      )}
      <div
        ref={ref}
        id={`palette-${String(index)}`}
        role="option"
        aria-selected={active}
        className="palette-item"
        onClick={onRun}
        onMouseMove={onPoint}
      >
        <Icon className="icon" aria-hidden />
        <span className="truncate">{command.label}</span>
        {command.note !== undefined && <span className="faint truncate">{command.note}</span>}
      </div>
    </>
  );
}
