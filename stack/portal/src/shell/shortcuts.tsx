import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { paths } from '../paths.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useCurrentAccount } from './current-account.ts';

const GO: readonly (readonly [string, string])[] = [
  ['h', 'Overview'],
  ['a', 'Apps'],
  ['c', 'Connections'],
  ['w', 'Workflows'],
  ['s', 'Search records'],
  ['r', 'Sync history'],
  ['q', 'Quarantine'],
  ['u', 'Queues'],
  ['b', 'Balance'],
  ['e', 'Health'],
  ['p', 'People'],
];

const BUILDER: readonly (readonly [keys: readonly string[], text: string])[] = [
  [['↑', '↓', '←', '→'], 'From step to step'],
  [['a'], 'Add a step'],
  [['Alt ↑', 'Alt ↓'], 'Move the step'],
  [['Ctrl C', 'X', 'V'], 'Copy, cut, paste'],
  [['Ctrl D'], 'Duplicate'],
  [['Del'], 'Delete'],
  [['Ctrl Z', 'Y'], 'Undo and redo'],
  [['Ctrl Space'], 'What may be written here'],
];

interface Handlers {
  readonly palette: () => void;
  readonly shortcuts: () => void;
}

/** `g` then a letter goes to a page; `/` finds the search field of the page. */
export function useShortcuts(handlers: Handlers): void {
  const navigate = useNavigate();
  const account = useCurrentAccount().current?.key;
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    let afterG = 0;
    const places: Record<string, string | undefined> = {
      h: paths.home,
      a: paths.apps,
      c: account && paths.account(account),
      w: account && paths.workflows(account),
      s: account && paths.accountSearch(account),
      r: account && paths.accountRuns(account),
      q: account && paths.accountQuarantine(account),
      u: paths.queues,
      b: paths.balance,
      e: paths.health,
      p: paths.people,
    };
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const place = places[event.key];
      if (Date.now() - afterG < 1200 && place !== undefined) {
        event.preventDefault();
        void navigate({ to: place });
        afterG = 0;
      } else if (event.key === 'g') afterG = Date.now();
      else if (event.key === '?') latest.current.shortcuts();
      else if (event.key === '/') focusSearch(event, latest.current.palette);
      else if (event.key === 'j') focusFirstRow(event);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [navigate, account]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.matches('input, textarea, select, [contenteditable]') ||
      target.closest('dialog, [role=menu]') !== null)
  );
}

function focusSearch(event: KeyboardEvent, otherwise: () => void): void {
  event.preventDefault();
  const field = document.querySelector<HTMLInputElement>('main input[type=search]');
  if (field === null) otherwise();
  else field.select();
}

function focusFirstRow(event: KeyboardEvent): void {
  if ((document.activeElement?.closest('tbody') ?? null) !== null) return;
  const row = document.querySelector<HTMLElement>('main tr.openable');
  if (row === null) return;
  event.preventDefault();
  row.focus();
}

export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard shortcuts" wide>
      <div className="shortcut-list">
        <Shortcut keys={['Ctrl K']} text="Jump to anything" />
        <Shortcut keys={['/']} text="Search on this page" />
        <Shortcut keys={['j', 'k']} text="Next and previous row" />
        <Shortcut keys={['Enter']} text="Open the row" />
        <Shortcut keys={['Esc']} text="Close" />
        <Shortcut keys={['?']} text="This list" />
        {GO.map(([key, text]) => (
          <Shortcut key={key} keys={['g', key]} text={text} />
        ))}
      </div>
      <h3 className="palette-group">In the builder of a workflow</h3>
      <div className="shortcut-list">
        {BUILDER.map(([keys, text]) => (
          <Shortcut key={text} keys={keys} text={text} />
        ))}
      </div>
      <span />
    </Dialog>
  );
}

function Shortcut({ keys, text }: { readonly keys: readonly string[]; readonly text: string }) {
  return (
    <div>
      <span>{text}</span>
      <span className="row">
        {keys.map((key) => (
          <kbd key={key} className="kbd">
            {key}
          </kbd>
        ))}
      </span>
    </div>
  );
}
