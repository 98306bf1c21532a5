import { ValueView } from './value-view.tsx';
import './code.css';

export interface Change {
  readonly attribute: string;
  readonly title: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What changed, attribute by attribute: before on the left, after on the right. */
export function DiffView({ changes, from, to }: { changes: readonly Change[]; from: string; to: string }) {
  return (
    <div className="diff" role="table" aria-label={`Differences between ${from} and ${to}`}>
      <div className="diff-row diff-head" role="row">
        <span role="columnheader">Attribute</span>
        <span role="columnheader">{from}</span>
        <span role="columnheader">{to}</span>
      </div>
      {changes.map(({ attribute, title, before, after }) => (
        <div key={attribute} className="diff-row" role="row">
          <span role="rowheader" className="muted">
            {title}
          </span>
          <span role="cell" className={before === undefined ? 'diff-none' : 'diff-before'}>
            {before === undefined ? (
              'not there'
            ) : (
              <del>
                <ValueView value={before} />
              </del>
            )}
          </span>
          <span role="cell" className={after === undefined ? 'diff-none' : 'diff-after'}>
            {after === undefined ? (
              'not there'
            ) : (
              <ins>
                <ValueView value={after} />
              </ins>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}
