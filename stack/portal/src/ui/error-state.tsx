import { ApiProblem } from '@middle/contract/client.ts';
import { CircleAlert, RefreshCw } from 'lucide-react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { words } from './format.ts';
import './states.css';

const FAULTS = {
  user: 'Something you can put right',
  developer: 'For the author of the app',
  operator: 'For who runs this stack',
  platform: 'A fault of Middle itself',
} as const;

interface ErrorStateProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}

/** What went wrong, whose fault it is, what to do, and the id to find it in the logs. */
export function ErrorState({ error, retry }: ErrorStateProps) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div className="error-state" role="alert">
      <CircleAlert className="icon" aria-hidden />
      <div className="stack tight">
        <div className="row wrap">
          <strong>{problem === null ? 'This page failed' : words(problem.code)}</strong>
          {problem !== null && <code className="faint">{problem.code}</code>}
        </div>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {problem?.hint !== undefined && <p className="muted">{problem.hint}</p>}
        {problem?.problem.errors?.map(({ path, message }) => (
          <p key={path + message} className="muted">
            <code>{path}</code> {message}
          </p>
        ))}
        {problem !== null && (
          <p className="faint error-facts">
            {FAULTS[problem.fault]}
            {problem.requestId !== '' && (
              <span className="row">
                · request <code>{problem.requestId}</code>
                <CopyButton text={problem.requestId} label="Copy the request id" />
              </span>
            )}
          </p>
        )}
        {retry && (
          <div>
            <Button size="sm" icon={RefreshCw} onClick={retry}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
