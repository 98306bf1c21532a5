import { FlaskConical, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { JsonView } from '../../../ui/json-view.tsx';
import { useBuilder } from './builder-context.ts';
import { Section } from './forms/parts.tsx';
import { InputFields, missingOf, NOTHING_GIVEN, valuesOf } from './input-fields.tsx';
import { stepId } from './layout.ts';
import { SidePanel } from './panel.tsx';

/** Tries the draft on something real, while one edits; nothing outside is touched. */
export function TrialPanel() {
  const { workflow, draft, trying } = useBuilder();
  const { inputs } = draft.definition;
  const [given, setGiven] = useState(NOTHING_GIVEN);
  const missing = missingOf(inputs, given);
  const start = () => {
    const label = given.names[0] ?? 'these values';
    trying.start({ records: given.records, input: valuesOf(inputs, given), executionId: null, label });
  };
  useEffect(() => {
    // What takes nothing can be tried at once, and what is being tried follows what one chooses.
    if (missing === null && (trying.isOn || inputs.length === 0)) start();
  }, [given]);
  return (
    <SidePanel of="trial" isFocused={!trying.isOn} label="Try it" title="Try it">
      <p className="muted">
        Decisions and values are worked out for real. Actions are not called: each shows what it would get,
        and gives what it gave before or an example.
      </p>
      <InputFields inputs={inputs} bindings={workflow.bindings} given={given} onChange={setGiven} />
      {inputs.length === 0 && <p className="muted">This workflow takes no inputs.</p>}
      <div className="row">
        <Button look="solid" icon={FlaskConical} reason={missing} busy={trying.isBusy} onClick={start}>
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

function Outcome() {
  const { trying, select } = useBuilder();
  const { trial } = trying;
  if (trial === null) return null;
  const { end, stopped, steps } = trial;
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
          {steps.map(({ place, key, title, state }) => (
            <li key={place}>
              <button type="button" className="problem" onClick={() => select(stepId(key), { open: true })}>
                <span className={state === 'failed' ? 'dot bad' : 'dot ok'} aria-hidden />
                <span>
                  <span className="strong">{title}</span>
                  {place !== key && <code className="faint">{place}</code>}
                  {state === 'failed' && <span>failed</span>}
                </span>
              </button>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}
