import type { ReactNode } from 'react';
import './badge.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'live' | 'idle';

export function Badge({ tone = 'idle', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** A state in colour and in words: colour alone says nothing to many people. */
export function StatusDot({ tone, children }: { readonly tone: Tone; readonly children?: ReactNode }) {
  return (
    <span className="status">
      <span className={`dot ${tone}`} aria-hidden />
      {children}
    </span>
  );
}

export function AppIcon({ color, name, small = false }: { color: string; name: string; small?: boolean }) {
  return (
    <svg className={small ? 'app-icon small' : 'app-icon'} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="6" fill={color} />
      <text x="12" y="16.6" textAnchor="middle" fontSize="13" fontWeight="600" fill="white">
        {name.charAt(0).toUpperCase()}
      </text>
    </svg>
  );
}
