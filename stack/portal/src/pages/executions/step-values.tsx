import { useState } from 'react';
import { useApiPages } from '../../data/api.ts';
import type { StepRun } from '../../data/types.ts';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { Button } from '../../ui/button.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Timeline } from '../../ui/timeline.tsx';

/** What went into a step and came out of it. */
export function StepValues({ step }: { readonly step: StepRun }) {
  const { input, output, error, tried, invocationId } = step;
  return (
    <>
      {error !== null && <FailureNotice error={error} />}
      <Value title="Input" value={input} />
      <Value title="Output" value={output} />
      {tried.length > 0 && (
        <section className="stack tight">
          <span className="faint">Earlier attempts</span>
          <Timeline
            moments={tried.map(({ startedAt, error: failure }, index) => ({
              key: String(index),
              tone: 'bad' as const,
              title: `${String(index + 1)}. ${failure.message}`,
              at: startedAt === null ? '' : formatDateTime(new Date(startedAt)),
            }))}
          />
        </section>
      )}
      {invocationId !== null && <InvocationLog invocationId={invocationId} />}
    </>
  );
}

function Value({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <section className="stack tight">
      <span className="faint">{title}</span>
      <JsonView value={value} />
    </section>
  );
}

/** What the action's function printed; read when a person asks for it. */
function InvocationLog({ invocationId }: { readonly invocationId: string }) {
  const [isWanted, setWanted] = useState(false);
  if (!isWanted)
    return (
      <div className="row">
        <Button size="sm" onClick={() => setWanted(true)}>
          Show what its function printed
        </Button>
      </div>
    );
  return <Lines invocationId={invocationId} />;
}

function Lines({ invocationId }: { readonly invocationId: string }) {
  const { items, isPending } = useApiPages('listInvocationLogs', {
    params: { invocationId },
    query: { limit: 200 },
  });
  if (isPending) return <p className="faint">Reading…</p>;
  if (items.length === 0) return <p className="faint">It printed nothing.</p>;
  return (
    <pre className="log" tabIndex={0} role="region" aria-label="Log of the function">
      {items.map(({ level, text }) => `${level === 'info' ? '' : `${level} `}${text}`).join('\n')}
    </pre>
  );
}
