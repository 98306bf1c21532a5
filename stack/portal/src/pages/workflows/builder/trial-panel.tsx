import { FlaskConical, Square } from 'lucide-react';
import { useEffect } from 'react';
import { useApi } from '../../../data/api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { Field } from '../../../ui/field.tsx';
import { formatDateTime, plural, words } from '../../../ui/format.ts';
import { JsonView } from '../../../ui/json-view.tsx';
import { Select } from '../../../ui/select.tsx';
import { useBuilder } from './builder-context.ts';
import { Section } from './forms/parts.tsx';
import { InputFields, missingOf, valuesOf } from './input-fields.tsx';
import type { GivenInputs } from './input-fields.tsx';
import { stepId } from './layout.ts';
import { SidePanel } from './panel.tsx';

/** Tries the draft on something real, while one edits; nothing outside is touched. */
export function TrialPanel() {
  const { workflow, draft, trying } = useBuilder();
  const { inputs } = draft.definition;
  const { given } = trying;
  const missing = missingOf(inputs, given);
  const startWith = (next: GivenInputs) => {
    const label = next.names[0] ?? 'these values';
    trying.start({ records: next.records, input: valuesOf(inputs, next), executionId: null, label });
  };
  const give = (next: GivenInputs) => {
    trying.give(next);
    // What is being tried follows what one chooses.
    if (trying.isOn && missingOf(inputs, next) === null) startWith(next);
  };
  useEffect(() => {
    if (inputs.length === 0 && !trying.isOn) startWith(given);
  }, []);
  return (
    <SidePanel of="trial" isFocused={!trying.isOn} label="Try it" title="Try it">
      <p className="muted">
        Decisions and values are worked out for real. Actions are not called: each shows what it would get,
        and gives what it gave before or an example.
      </p>
      <InputFields inputs={inputs} bindings={workflow.bindings} given={given} onChange={give} />
      {inputs.length === 0 && <p className="muted">This workflow takes no inputs.</p>}
      <PastExecution />
      <div className="row">
        <Button
          look="solid"
          icon={FlaskConical}
          reason={missing}
          busy={trying.isBusy}
          onClick={() => startWith(given)}
        >
          Try
        </Button>
        {trying.isOn && (
          <Button icon={Square} onClick={trying.end}>
            End the trial
          </Button>
        )}
      </div>
      {trying.error !== null && <ErrorState error={trying.error} />}
      {trying.trial !== null && trying.error === null && <Outcome />}
    </SidePanel>
  );
}

const PAST_SHOWN = 20;

/** In place of chosen values: what an execution got and what its steps gave. */
function PastExecution() {
  const { workflow, trying } = useBuilder();
  const { data } = useApi('listExecutions', {
    params: { accountId: workflow.accountId },
    query: { workflowId: workflow.id, limit: PAST_SHOWN },
  });
  const executions = data?.items ?? [];
  if (executions.length === 0) return null;
  const nameOf = ({ queuedAt, state, record }: (typeof executions)[number]) =>
    [formatDateTime(new Date(queuedAt)), words(state).toLowerCase(), record?.id].filter(Boolean).join(' · ');
  return (
    <Field label="Or on a past execution" hint="Its input, and what its steps gave then.">
      {(ids) => (
        <Select
          {...ids}
          value={trying.subject?.executionId ?? ''}
          choices={[
            { value: '', label: 'None' },
            ...executions.map((one) => ({ value: one.id, label: nameOf(one) })),
          ]}
          onChange={(executionId) => {
            const one = executions.find(({ id }) => id === executionId);
            if (one === undefined) trying.end();
            else
              trying.start({ records: {}, input: {}, executionId, label: `the execution of ${nameOf(one)}` });
          }}
        />
      )}
    </Field>
  );
}

function Outcome() {
  const { trying, select } = useBuilder();
  const { trial } = trying;
  if (trial === null) return null;
  const { end, stopped, steps } = trial;
  // A for each takes its steps a thousand times; each is told once.
  const turns = new Map<string, { title: string; count: number; failed: number }>();
  for (const { key, title, state } of steps) {
    const { count, failed } = turns.get(key) ?? { count: 0, failed: 0 };
    turns.set(key, { title, count: count + 1, failed: failed + (state === 'failed' ? 1 : 0) });
  }
  return (
    <>
      <Section title="How it ended">
        <div className="row wrap">
          <Badge tone={end?.state === 'succeeded' ? 'ok' : end === null ? 'warn' : 'bad'}>
            {end === null ? 'Stopped' : end.state === 'succeeded' ? 'Succeeded' : 'Failed'}
          </Badge>
          {(end?.error ?? stopped) !== null && <span>{end?.error?.message ?? stopped?.message}</span>}
        </div>
        {end !== null && end.output !== null && end.output !== undefined && <JsonView value={end.output} />}
      </Section>
      <Section title="Steps it took">
        <ol className="tried-list">
          {[...turns].map(([key, { title, count, failed }]) => (
            <li key={key}>
              <button type="button" className="problem" onClick={() => select(stepId(key), { open: true })}>
                <span className={failed > 0 ? 'dot bad' : 'dot ok'} aria-hidden />
                <span>
                  <span className="strong">{title}</span>
                  {count > 1 && <span className="faint">{plural(count, 'time')}</span>}
                  {failed > 0 && <span>{count > 1 ? `failed ${plural(failed, 'time')}` : 'failed'}</span>}
                </span>
              </button>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}
