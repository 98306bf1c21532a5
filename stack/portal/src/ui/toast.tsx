import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import './toast.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'ok' | 'bad';
  readonly action: { readonly label: string; readonly run: () => void } | undefined;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export interface ToastOptions {
  readonly tone?: 'ok' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly milliseconds?: number;
}

export function toast(text: string, options: ToastOptions = {}): void {
  const id = nextId;
  nextId += 1;
  const one: Toast = { id, text, tone: options.tone ?? 'ok', action: options.action };
  set([...toasts.slice(-2), one]);
  setTimeout(() => dismiss(id), options.milliseconds ?? 6000);
}

function dismiss(id: number): void {
  set(toasts.filter((each) => each.id !== id));
}

export function Toasts() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {current.map(({ id, text, tone, action }) => (
        <div key={id} className={`toast ${tone}`}>
          {tone === 'ok' ? (
            <CircleCheck className="icon" aria-hidden />
          ) : (
            <CircleAlert className="icon" aria-hidden />
          )}
          <span className="grow">{text}</span>
          {action && (
            <Button
              size="sm"
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={X} label="Dismiss" size="sm" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
