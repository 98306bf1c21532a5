import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import './tabs.css';

export interface Tab {
  readonly to: string;
  readonly label: string;
  readonly note?: ReactNode;
  /** Also active on pages below it. */
  readonly deep?: boolean | undefined;
}

/** Tabs are pages: each has its address. */
export function Tabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ to, label: text, note, deep = false }) => (
        <Link key={to} to={to} activeOptions={{ exact: !deep, includeSearch: false }} className="tab">
          {text}
          {note}
        </Link>
      ))}
    </nav>
  );
}

interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: ReactNode }[];
  readonly onChange: (value: Value) => void;
}

/** A few choices side by side, one of them in force. */
export function Segments<Value extends string>({ label, value, choices, onChange }: SegmentsProps<Value>) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
