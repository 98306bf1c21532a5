import type { Step } from '@middle/core/workflow/definition.ts';
import { BOOLEAN } from '@middle/core/expression/types.ts';
import { ExpressionField } from '../../../../expression/expression-field.tsx';
import { SourceFields, WorkflowChoice } from './choices.tsx';
import { Mapping } from './mapping.tsx';
import { More, Section, WholeInput } from './parts.tsx';
import type { StepFormProps } from './parts.tsx';
import { useInputsOf } from './use-inputs-of.ts';

type Of<K extends Step['kind']> = StepFormProps<Extract<Step, { kind: K }>>;

export function CallForm({ step, change, place, problemsAt, disabled }: Of<'call'>) {
  const inputs = useInputsOf(step.workflow);
  return (
    <>
      <WorkflowChoice
        value={step.workflow}
        onChange={(workflow) => change({ ...step, workflow, input: {} }, 'workflow')}
        problems={problemsAt('workflow')}
        disabled={disabled}
      />
      {inputs !== null && inputs.length > 0 && (
        <Section title="Its inputs">
          <Mapping
            fields={inputs}
            values={step.input}
            onChange={(input, key) => change({ ...step, input }, `input.${key}`)}
            place={place}
            problemsAt={problemsAt}
            disabled={disabled}
          />
        </Section>
      )}
    </>
  );
}

export function BulkForm({ step, change, recordPlace, problemsAt, disabled }: Of<'bulk'>) {
  const inputs = useInputsOf(step.workflow);
  return (
    <>
      <SourceFields
        source={step.source}
        onChange={(source) => change({ ...step, source }, 'source')}
        problemsAt={problemsAt}
        path="source"
        disabled={disabled}
      />
      <ExpressionField
        label="Only records for which"
        optional
        value={step.filter ?? ''}
        onChange={(filter) => change({ ...step, filter: filter === '' ? null : filter }, 'filter')}
        place={recordPlace}
        expected={BOOLEAN}
        hint="Empty: every record that is not deleted."
        problems={problemsAt('filter')}
        disabled={disabled}
      />
      <WorkflowChoice
        value={step.workflow}
        onChange={(workflow) => change({ ...step, workflow, input: {} }, 'workflow')}
        problems={problemsAt('workflow')}
        disabled={disabled}
      />
      {inputs !== null && inputs.length > 0 && (
        <Section title="Its inputs, for each record">
          <Mapping
            fields={inputs}
            values={step.input}
            onChange={(input, key) => change({ ...step, input }, `input.${key}`)}
            place={recordPlace}
            problemsAt={problemsAt}
            disabled={disabled}
          />
        </Section>
      )}
      <More title="Pace and limits">
        <WholeInput
          label="At once"
          value={step.atOnce}
          least={1}
          most={1_000}
          disabled={disabled}
          hint="Executions of it under way at a time."
          onChange={(atOnce) => change({ ...step, atOnce: atOnce ?? 1 }, 'atOnce')}
        />
        <WholeInput
          label="Begun in a minute"
          optional
          value={step.perMinute}
          least={1}
          most={600_000}
          disabled={disabled}
          hint="Empty: as fast as they end."
          onChange={(perMinute) => change({ ...step, perMinute }, 'perMinute')}
        />
        <WholeInput
          label="Failures that end it"
          optional
          value={step.failuresMax}
          least={1}
          most={1_000_000}
          disabled={disabled}
          hint="Empty: it goes on to the end whatever happens."
          onChange={(failuresMax) => change({ ...step, failuresMax }, 'failuresMax')}
        />
      </More>
    </>
  );
}
