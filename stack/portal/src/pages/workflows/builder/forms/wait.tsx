import type { Step } from '@middle/core/workflow/definition.ts';
import { BOOLEAN, DATETIME, NUMBER, TEXT } from '@middle/core/expression/types.ts';
import { ExpressionField } from '../../../../expression/expression-field.tsx';
import { ValueField } from '../../../../expression/value-field.tsx';
import { Checkbox } from '../../../../ui/checkbox.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Select } from '../../../../ui/select.tsx';
import { useBuilder } from '../builder-context.ts';
import { SourceFields } from './choices.tsx';
import { WholeInput } from './parts.tsx';
import type { StepFormProps } from './parts.tsx';

type Of<K extends Step['kind']> = StepFormProps<Extract<Step, { kind: K }>>;
type Until = Extract<Step, { kind: 'wait' }>['until'];

const DAY = 86_400;
const WAIT_MOST = 366 * DAY;

export function WaitForm(props: Of<'wait'>) {
  const { step, change, place, problemsAt, disabled } = props;
  const { until } = step;
  const { draft } = useBuilder();
  const begin = (kind: string): Until => {
    if (kind === 'moment') return { kind, at: '' };
    if (kind !== 'record') return { kind: 'duration', seconds: '60' };
    const connection = draft.definition.connections[0]?.key ?? '';
    return { kind, source: { connection, recordType: '' }, id: '', criteria: '', deadlineSeconds: DAY };
  };
  return (
    <>
      <Field label="Wait">
        {(ids) => (
          <Select
            {...ids}
            value={until.kind}
            disabled={disabled}
            choices={[
              { value: 'duration', label: 'For a time' },
              { value: 'moment', label: 'Until a moment' },
              { value: 'record', label: 'Until a record is as it should be' },
            ]}
            onChange={(kind) =>
              change(
                { ...step, until: begin(kind), onDeadline: kind === 'record' ? step.onDeadline : null },
                'kind',
              )
            }
          />
        )}
      </Field>
      {until.kind === 'duration' && (
        <ValueField
          label="Seconds"
          value={until.seconds}
          onChange={(seconds) => change({ ...step, until: { ...until, seconds } }, 'until.seconds')}
          place={place}
          expected={NUMBER}
          hint="An hour has 3600, a day 86400."
          problems={problemsAt('until.seconds')}
          disabled={disabled}
        />
      )}
      {until.kind === 'moment' && (
        <ValueField
          label="Moment"
          value={until.at}
          onChange={(at) => change({ ...step, until: { ...until, at } }, 'until.at')}
          place={place}
          expected={DATETIME}
          hint="One that has passed is not waited for."
          problems={problemsAt('until.at')}
          disabled={disabled}
        />
      )}
      {until.kind === 'record' && <RecordWait {...props} until={until} />}
    </>
  );
}

interface RecordWaitProps extends Of<'wait'> {
  readonly until: Extract<Until, { kind: 'record' }>;
}

function RecordWait({ step, until, change, place, recordPlace, problemsAt, disabled }: RecordWaitProps) {
  const set = (next: Partial<RecordWaitProps['until']>, field: string) =>
    change({ ...step, until: { ...until, ...next } }, `until.${field}`);
  return (
    <>
      <SourceFields
        source={until.source}
        onChange={(source) => set({ source }, 'source')}
        problemsAt={problemsAt}
        path="until.source"
        disabled={disabled}
      />
      <ExpressionField
        label="Id of the record"
        value={until.id}
        onChange={(id) => set({ id }, 'id')}
        place={place}
        expected={TEXT}
        problems={problemsAt('until.id')}
        disabled={disabled}
      />
      <ExpressionField
        label="Until this is true"
        value={until.criteria}
        onChange={(criteria) => set({ criteria }, 'criteria')}
        place={recordPlace}
        expected={BOOLEAN}
        hint="“record” is the record as it is then, null while there is none. Looked at whenever it changes."
        problems={problemsAt('until.criteria')}
        disabled={disabled}
      />
      <WholeInput
        label="At most, seconds"
        value={until.deadlineSeconds}
        least={1}
        most={WAIT_MOST}
        disabled={disabled}
        onChange={(deadlineSeconds) => set({ deadlineSeconds: deadlineSeconds ?? DAY }, 'deadlineSeconds')}
      />
      <Checkbox
        label="When it takes too long, do other steps; else the step fails"
        checked={step.onDeadline !== null}
        disabled={disabled || (step.onDeadline?.length ?? 0) > 0}
        onChange={(isOn) => change({ ...step, onDeadline: isOn ? [] : null }, 'onDeadline')}
      />
    </>
  );
}
