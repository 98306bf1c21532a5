import type { TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { formatCount, plural } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { PartsBar } from '../../ui/progress.tsx';
import { Select } from '../../ui/select.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { RelativeTime } from '../../ui/time.tsx';

type Tried = Answer<'tryTriggerDefinition'>;
type Outcome = Tried['examples'][number]['outcome'];

const OUTCOMES: Readonly<Record<Outcome, { readonly title: string; readonly tone: Tone }>> = {
  started: { title: 'Would start', tone: 'ok' },
  discarded: { title: 'Would be discarded', tone: 'idle' },
  requeued: { title: 'Would be put back', tone: 'live' },
  failed: { title: 'Would fail', tone: 'bad' },
};
const COUNTS = [20, 100, 1000];

interface TriggerTrialProps {
  readonly workflowId: string;
  /** As it is in the form, saved or not. */
  readonly definition: TriggerDefinition;
}

/** What the trigger would have done with the last changes; starts nothing. */
export function TriggerTrial({ workflowId, definition }: TriggerTrialProps) {
  const [limit, setLimit] = useState(100);
  const attempt = useAction('tryTriggerDefinition', { quiet: true });
  return (
    <Panel
      title="Try it on past changes"
      actions={
        <>
          <Select
            slim
            aria-label="How many records"
            value={String(limit)}
            choices={COUNTS.map((count) => ({
              value: String(count),
              label: `The last ${formatCount(count)}`,
            }))}
            onChange={(value) => setLimit(Number(value))}
          />
          <Button
            size="sm"
            icon={FlaskConical}
            busy={attempt.isPending}
            onClick={() => attempt.mutate({ params: { workflowId }, body: { definition, limit } })}
          >
            Try
          </Button>
        </>
      }
    >
      {attempt.error !== null ? (
        <ErrorState error={attempt.error} />
      ) : attempt.data === undefined ? (
        <p className="faint">
          Looks at the records that changed last, as the form is now, and says what would have started.
          Nothing does.
        </p>
      ) : (
        <Tried tried={attempt.data} />
      )}
    </Panel>
  );
}

function Tried({ tried }: { readonly tried: Tried }) {
  const { changes, since, started, discarded, requeued, failed, examples } = tried;
  if (changes === 0) return <p className="muted">There is no change of these kinds to try it on yet.</p>;
  return (
    <div className="stack">
      <p>
        Of {plural(changes, 'change')}
        {since !== null && (
          <>
            {' '}
            since <RelativeTime at={since} />
          </>
        )}{' '}
        <strong>{formatCount(started)} would have started</strong> an execution, {formatCount(discarded)} been
        discarded, {formatCount(requeued)} put back, {formatCount(failed)} failed.
      </p>
      <PartsBar
        label="What would have become of them"
        parts={[
          { name: 'Started', value: started, tone: 'ok' },
          { name: 'Discarded', value: discarded, tone: 'idle' },
          { name: 'Put back', value: requeued, tone: 'live' },
          { name: 'Failed', value: failed, tone: 'bad' },
        ]}
      />
      <Timeline
        moments={examples.map(({ recordId, version, event, changedAt, outcome, input, error }) => ({
          key: `${recordId} ${String(version)}`,
          tone: OUTCOMES[outcome].tone,
          title: (
            <span className="row wrap">
              {recordId} <Badge>{event}</Badge> <span className="muted">{OUTCOMES[outcome].title}</span>
            </span>
          ),
          at: <RelativeTime at={changedAt} />,
          body: (
            <>
              {error !== null && <p className="attempt-error">{error.message}</p>}
              {input !== null && outcome === 'started' && (
                <details>
                  <summary className="faint">What the workflow would get</summary>
                  <JsonView value={input} />
                </details>
              )}
            </>
          ),
        }))}
      />
    </div>
  );
}
