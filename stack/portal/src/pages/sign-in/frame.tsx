import { useEffect } from 'react';
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

/** The secret part of a link is in the fragment, which no server sees; it leaves the address bar at once. */
export function takeToken(): string | null {
  const token = new URLSearchParams(globalThis.location.hash.slice(1)).get('token');
  if (token !== null) globalThis.history.replaceState(null, '', globalThis.location.pathname);
  return token;
}
