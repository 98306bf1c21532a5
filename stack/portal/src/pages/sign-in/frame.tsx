import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Logo } from '../../ui/logo.tsx';
import './sign-in.css';

export function SignInFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Middle`;
  }, [title]);
  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <span className="sign-in-logo">
          <Logo />
        </span>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

interface CheckedFormProps {
  /** What is wrong with each of its fields; null: nothing. */
  readonly problems: readonly (string | null)[];
  readonly onSubmit: () => void;
  /** Told are problems only once somebody has tried to go on with them. */
  readonly children: (told: boolean) => ReactNode;
}

/** A form that says beside its fields what is wrong, in the portal's words and not in the browser's. */
export function CheckedForm({ problems, onSubmit, children }: CheckedFormProps) {
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  return (
    <form
      ref={form}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (problems.every((problem) => problem === null)) onSubmit();
        else setTries(tries + 1);
      }}
    >
      {children(tries > 0)}
    </form>
  );
}

/** The secret part of a link is in the fragment, which no server sees; it leaves the address bar at once. */
export function takeToken(): string | null {
  const token = new URLSearchParams(globalThis.location.hash.slice(1)).get('token');
  if (token !== null) globalThis.history.replaceState(null, '', globalThis.location.pathname);
  return token;
}
