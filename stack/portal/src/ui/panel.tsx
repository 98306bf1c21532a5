import type { ReactNode } from 'react';
import './panel.css';

interface PanelProps {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** Tables and lists reach the edges. */
  readonly flush?: boolean | undefined;
  readonly children: ReactNode;
}

export function Panel({ title, description, actions, flush = false, children }: PanelProps) {
  return (
    <section className="panel">
      {(title !== undefined || actions !== undefined) && (
        <header className="panel-head">
          <div className="grow">
            {title !== undefined && <h2>{title}</h2>}
            {description !== undefined && <p className="faint">{description}</p>}
          </div>
          {actions !== undefined && <div className="row wrap">{actions}</div>}
        </header>
      )}
      <div className={flush ? 'panel-body flush' : 'panel-body'}>{children}</div>
    </section>
  );
}

export interface Property {
  readonly name: ReactNode;
  readonly value: ReactNode;
}

/** Names on the left, values on the right. */
export function Properties({ items }: { readonly items: readonly (Property | null)[] }) {
  return (
    <dl className="properties">
      {items
        .filter((item) => item !== null)
        .map(({ name, value }, index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A few figures in a row. */
export function Stats({ children }: { readonly children: ReactNode }) {
  return <dl className="stats">{children}</dl>;
}

interface StatProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: 'ok' | 'warn' | 'bad' | undefined;
}

export function Stat({ name, value, note, tone }: StatProps) {
  return (
    <div className="stat">
      <dt>{name}</dt>
      <dd className={tone}>{value}</dd>
      {note !== undefined && <dd className="stat-note">{note}</dd>}
    </div>
  );
}
