import { BOOLEAN, TEXT } from '@middle/core/expression/types.ts';
import type { ExportStep } from '@middle/core/workflow/definition.ts';
import { ExpressionField } from '../../../../expression/expression-field.tsx';
import { ValueField } from '../../../../expression/value-field.tsx';
import { Checkbox } from '../../../../ui/checkbox.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Select } from '../../../../ui/select.tsx';
import { useBuilder } from '../builder-context.ts';
import { SourceFields } from './choices.tsx';
import { columnsOf, ExportColumns } from './export-columns.tsx';
import { More, Section, WholeInput } from './parts.tsx';
import type { StepFormProps } from './parts.tsx';

type FormProps = StepFormProps<ExportStep>;

export function ExportForm(props: FormProps) {
  const { step, change, recordPlace, problemsAt, disabled } = props;
  const { offers } = useBuilder();
  const typesOf = (slot: string) => offers.ofSlot(slot)?.recordTypes ?? [];
  return (
    <>
      <SourceFields
        source={step.source}
        onChange={(source) => {
          const type = typesOf(source.connection).find(({ key }) => key === source.recordType);
          // Columns of another record type would all be wrong.
          const columns =
            type === undefined || type.key === step.source.recordType ? step.columns : columnsOf(type);
          change({ ...step, source, columns }, 'source');
        }}
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
      <ExportColumns
        {...props}
        type={typesOf(step.source.connection).find(({ key }) => key === step.source.recordType) ?? null}
      />
      <FileFields {...props} />
    </>
  );
}

/** How the file is to be. */
function FileFields({ step, change, place, problemsAt, disabled }: FormProps) {
  return (
    <>
      <Section title="The file">
        <Field label="Format">
          {(ids) => (
            <Select
              {...ids}
              value={step.format}
              disabled={disabled}
              choices={[
                { value: 'csv', label: 'CSV, for spreadsheets' },
                { value: 'jsonl', label: 'JSON lines, for programs' },
              ]}
              onChange={(format) =>
                change({ ...step, format: format === 'jsonl' ? format : 'csv' }, 'format')
              }
            />
          )}
        </Field>
        <Checkbox
          label="Compressed (gzip)"
          checked={step.compression === 'gzip'}
          disabled={disabled}
          onChange={(isOn) => change({ ...step, compression: isOn ? 'gzip' : 'none' }, 'compression')}
        />
        <WholeInput
          label="Kept for days"
          value={step.keepDays}
          least={1}
          most={30}
          disabled={disabled}
          hint="Then the file and the link to it are gone."
          onChange={(keepDays) => change({ ...step, keepDays: keepDays ?? 7 }, 'keepDays')}
        />
      </Section>
      <More title="Name of the file" open={step.fileName !== null}>
        <ValueField
          label="Name"
          optional
          value={step.fileName ?? ''}
          onChange={(fileName) =>
            change({ ...step, fileName: fileName === '' ? null : fileName }, 'fileName')
          }
          place={place}
          expected={TEXT}
          hint="Without the ending. Empty: the step’s title and the day."
          problems={problemsAt('fileName')}
          disabled={disabled}
        />
      </More>
    </>
  );
}
