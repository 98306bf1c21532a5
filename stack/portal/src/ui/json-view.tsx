import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import './code.css';

/** JSON with its kinds told apart; React escapes every text, so any data is safe to show. */
export function JsonView({ value }: { readonly value: unknown }) {
  return (
    <div className="json">
      <div className="json-copy">
        <CopyButton text={JSON.stringify(value, null, 2)} label="Copy the JSON" />
      </div>
      {/* Wide lines scroll within; without a tab stop the keyboard could not reach them. */}
      <pre tabIndex={0} role="region" aria-label="JSON">
        {render(value, 0)}
      </pre>
    </div>
  );
}

function render(value: unknown, depth: number): ReactNode {
  if (value === null) return <span className="json-null">null</span>;
  if (typeof value === 'string') return <span className="json-string">{JSON.stringify(value)}</span>;
  if (typeof value !== 'object') return <span className="json-number">{JSON.stringify(value)}</span>;
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  const pad = '  '.repeat(depth + 1);
  return (
    <>
      {open}
      {'\n'}
      {entries.map(([key, item], index) => (
        <Fragment key={key}>
          {pad}
          {!isArray && (
            <>
              <span className="json-key">{JSON.stringify(key)}</span>:{' '}
            </>
          )}
          {render(item, depth + 1)}
          {index < entries.length - 1 ? ',\n' : '\n'}
        </Fragment>
      ))}
      {'  '.repeat(depth)}
      {close}
    </>
  );
}
