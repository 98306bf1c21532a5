import type { ReactNode } from 'react';
import type { Tone } from './badge.tsx';
import './timeline.css';

export interface Moment {
  readonly key: string;
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly at: ReactNode;
  readonly body?: ReactNode;
}

export function Timeline({ moments }: { readonly moments: readonly Moment[] }) {
  return (
    <ol className="timeline">
      {moments.map(({ key, tone, title, at, body }) => (
        <li key={key}>
          <span className={`dot ${tone}`} aria-hidden />
          <div className="timeline-body">
            <div className="row wrap between">
              <span>{title}</span>
              <span className="faint">{at}</span>
            </div>
            {body}
          </div>
        </li>
      ))}
    </ol>
  );
}
