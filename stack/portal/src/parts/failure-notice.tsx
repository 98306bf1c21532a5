import type { Failure } from '../data/types.ts';
import { words } from '../ui/format.ts';
import { Notice } from '../ui/notice.tsx';
import { FAULT_TEXTS } from './run-words.ts';

/** An error that history keeps: what, whose fault, what to do. */
export function FailureNotice({ error }: { readonly error: Failure }) {
  return (
    <Notice tone="bad">
      <div className="stack tight">
        <div className="row wrap">
          <strong>{words(error.code)}</strong>
          <span className="faint">{FAULT_TEXTS[error.fault] ?? error.fault}</span>
        </div>
        <p className="wrap-anywhere">{error.message}</p>
        {error.hint !== undefined && <p className="muted">{error.hint}</p>}
      </div>
    </Notice>
  );
}
