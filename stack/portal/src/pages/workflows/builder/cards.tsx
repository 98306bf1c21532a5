import type { Step } from '@middle/core/workflow/definition.ts';
import { CircleAlert, CircleCheck, CircleDashed, CircleX, Flag } from 'lucide-react';
import { plural } from '../../../ui/format.ts';
import { shortValue } from '../../../expression/fields.ts';
import { useBuilder } from './builder-context.ts';
import { BEGIN, stepId } from './layout.ts';
import { problemsOfStep } from './problems.ts';
import { BEGIN_ICON as BeginIcon, KINDS, summaryOf } from './step-words.ts';
import type { TriedStep } from './use-trial.ts';

/** A step as one sees it on the canvas and in the outline. */
export function StepCard({ step }: { readonly step: Step }) {
  const { draft, offers, selected, select, side, trying } = useBuilder();
  const id = stepId(step.key);
  const { icon: Icon, title } = KINDS[step.kind];
  const problems = problemsOfStep(draft.problems, step.key);
  const runs = trying.ofStep(step.key);
  const isSkipped = trying.trial !== null && runs.length === 0;
  const words = summaryOf(step, draft.definition, offers);
  return (
    <button
      type="button"
      className={`step-card kind-${step.kind}${isSkipped ? ' skipped' : ''}`}
      data-node={id}
      data-step={step.key}
      tabIndex={selected === id ? 0 : -1}
      aria-current={selected === id ? 'step' : undefined}
      aria-expanded={selected === id && side === 'node'}
      onClick={() => select(id, { open: true })}
    >
      <span className="step-icon" aria-hidden>
        <Icon className="icon" />
      </span>
      <span className="step-text">
        <span className="step-title">
          <span className="visually-hidden">{title}: </span>
          {step.title}
        </span>
        <span className="step-summary">{words}</span>
      </span>
      {problems.length > 0 && <Problems count={problems.length} />}
      {trying.isOn && <TriedLine runs={runs} isKnown={trying.trial !== null} />}
    </button>
  );
}

function TriedLine({ runs, isKnown }: { readonly runs: readonly TriedStep[]; readonly isKnown: boolean }) {
  const last = runs.at(-1);
  const Icon = last === undefined ? CircleDashed : last.state === 'failed' ? CircleX : CircleCheck;
  const tone = last === undefined ? 'none' : last.state === 'failed' ? 'bad' : 'ok';
  return (
    <span className={`step-tried ${tone}`}>
      <Icon className="icon" aria-hidden />
      <span className="visually-hidden">In the trial: {last?.state}</span>
      <span className="truncate">{last === undefined ? (isKnown ? 'not reached' : '…') : valueOf(last)}</span>
      {runs.length > 1 && <span className="step-turns">×{runs.length}</span>}
    </span>
  );
}

function valueOf(run: TriedStep): string {
  if (run.error !== null) return run.error.message;
  if (run.kind === 'decision') return run.output === true ? 'Yes' : 'No';
  const value = shortValue(run.output);
  return value === '' || value === 'null' ? 'nothing' : value;
}

function Problems({ count }: { readonly count: number }) {
  return (
    <span className="step-problems">
      <CircleAlert className="icon" aria-hidden /> {count}
      <span className="visually-hidden">{count === 1 ? 'problem' : 'problems'}</span>
    </span>
  );
}

/** Where a workflow begins: what it takes, its variables and connections. */
export function BeginCard() {
  const { draft, selected, select, trying } = useBuilder();
  const { inputs, variables, connections } = draft.definition;
  const problems = problemsOfStep(draft.problems, null).filter(({ path }) => path !== 'steps');
  const words =
    inputs.length === 0 ? 'Takes no inputs' : `Takes ${inputs.map(({ title }) => title).join(', ')}`;
  const more = [
    variables.length > 0 ? plural(variables.length, 'variable') : '',
    connections.length > 0 ? plural(connections.length, 'connection') : '',
  ].filter((part) => part !== '');
  return (
    <button
      type="button"
      className="step-card kind-begin"
      data-node={BEGIN}
      tabIndex={selected === BEGIN ? 0 : -1}
      aria-current={selected === BEGIN ? 'step' : undefined}
      onClick={() => select(BEGIN, { open: true })}
    >
      <span className="step-icon" aria-hidden>
        <BeginIcon className="icon" />
      </span>
      <span className="step-text">
        <span className="step-title">Beginning</span>
        <span className="step-summary">{[words, ...more].join(' · ')}</span>
      </span>
      {problems.length > 0 && <Problems count={problems.length} />}
      {trying.isOn && (
        <span className="step-tried ok">
          <CircleCheck className="icon" aria-hidden />
          <span className="truncate">{trying.subject?.label}</span>
        </span>
      )}
    </button>
  );
}

/** Where it ends, with what it gives back. */
export function EndCard() {
  const { draft, selected, select } = useBuilder();
  const { output } = draft.definition;
  return (
    <button
      type="button"
      className="end-card"
      data-node="end"
      tabIndex={selected === 'end' ? 0 : -1}
      aria-current={selected === 'end' ? 'step' : undefined}
      onClick={() => select('end', { open: true })}
    >
      <Flag className="icon" aria-hidden />
      {output.length === 0 ? 'End' : `Gives ${plural(output.length, 'value')}`}
    </button>
  );
}
