import type { Step } from '@middle/core/workflow/definition.ts';
import { ArrowDown, ArrowUp, ClipboardCopy, Copy, Ellipsis, Scissors, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useApi } from '../../../data/api.ts';
import type { ExpressionPlace } from '../../../expression/place.ts';
import { recordName } from '../../../parts/record-name.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { TextArea } from '../../../ui/input.tsx';
import { JsonView } from '../../../ui/json-view.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import { useBuilder } from './builder-context.ts';
import { countWithin, spotBeside } from './edit.ts';
import { renameStep, stepKeys } from './edit-keys.ts';
import { ActionForm, DecisionForm, EachForm, SetForm, StopForm, SwitchForm } from './forms/by-kind.tsx';
import { ExportForm } from './forms/export.tsx';
import { BulkForm, CallForm } from './forms/other-workflows.tsx';
import { CommittedInput, More, Section, wrongKey, wrongTitle } from './forms/parts.tsx';
import type { StepFormProps } from './forms/parts.tsx';
import { WaitForm } from './forms/wait.tsx';
import { stepId } from './layout.ts';
import { SidePanel } from './panel.tsx';
import { problemsAt, problemsOfStep } from './problems.ts';
import { KINDS } from './step-words.ts';
import { usePlaces } from './use-places.ts';

/** One step: what it is called, what it does, what it does when it fails. */
export function StepPanel({ step }: { readonly step: Step }) {
  const { draft, editing, reason, select } = useBuilder();
  const { definition } = draft;
  const disabled = reason !== null;
  const { icon: Icon, title } = KINDS[step.kind];
  const change = (next: Step, field: string) => editing.replace(step.key, next, `${step.key} ${field}`);
  const general = problemsOfStep(draft.problems, step.key).find(({ field }) => field === 'key');
  return (
    <SidePanel
      of={step.key}
      isFocused
      isFresh={editing.isFresh(step.key)}
      label={`${title}: ${step.title}`}
      title={
        <span className="row">
          <Icon className="icon" aria-hidden /> {title}
        </span>
      }
      actions={<StepMenu step={step} />}
    >
      <CommittedInput
        label="Title"
        value={step.title}
        wrong={wrongTitle}
        disabled={disabled}
        error={general?.message}
        onChange={(next) => change({ ...step, title: next }, 'title')}
      />
      <StepForm step={step} change={change} disabled={disabled} />
      {step.kind !== 'stop' && (
        <Checkbox
          label="When it fails for good, do other steps; else the failure goes on outward"
          checked={step.onError !== null}
          disabled={disabled || (step.onError?.length ?? 0) > 0}
          onChange={(isOn) => change({ ...step, onError: isOn ? [] : null }, 'onError')}
        />
      )}
      <TriedSection step={step} />
      <More title="Notes and key" open={step.notes !== ''}>
        <Field label="Notes" optional>
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              value={step.notes}
              disabled={disabled}
              onChange={({ target }) => change({ ...step, notes: target.value }, 'notes')}
            />
          )}
        </Field>
        <CommittedInput
          label="Key"
          code
          atEnd
          hint={`Expressions name it so: steps.${step.key}. What names it follows when it changes.`}
          value={step.key}
          wrong={wrongKey([...stepKeys(definition)], step.key)}
          disabled={disabled}
          onChange={(key) => {
            draft.change(renameStep(definition, step.key, key));
            select(stepId(key), { open: true });
          }}
        />
      </More>
    </SidePanel>
  );
}

interface FormProps {
  readonly step: Step;
  readonly change: (next: Step, field: string) => void;
  readonly disabled: boolean;
}

/** The fields of its kind, once it is known what its expressions may name. */
function StepForm({ step, change, disabled }: FormProps) {
  const { draft } = useBuilder();
  const places = usePlaces({ kind: 'step', key: step.key });
  const recordPlace = useRecordPlace(step, places.withRecord);
  const common: Omit<StepFormProps, 'step'> = {
    change,
    place: places.place,
    recordPlace,
    disabled,
    problemsAt: (field) => problemsAt(draft.problems, step.key, field),
  };
  switch (step.kind) {
    case 'action':
      return <ActionForm {...common} step={step} />;
    case 'bulk':
      return <BulkForm {...common} step={step} />;
    case 'call':
      return <CallForm {...common} step={step} />;
    case 'decision':
      return <DecisionForm {...common} step={step} />;
    case 'each':
      return <EachForm {...common} step={step} />;
    case 'export':
      return <ExportForm {...common} step={step} />;
    case 'set':
      return <SetForm {...common} step={step} />;
    case 'stop':
      return <StopForm {...common} step={step} />;
    case 'switch':
      return <SwitchForm {...common} step={step} />;
    case 'wait':
      return <WaitForm {...common} step={step} />;
  }
}

/** With one real record of those that the step is over. */
function useRecordPlace(step: Step, place: ExpressionPlace): ExpressionPlace {
  const { workflow } = useBuilder();
  const source =
    step.kind === 'bulk' || step.kind === 'export'
      ? step.source
      : step.kind === 'wait' && step.until.kind === 'record'
        ? step.until.source
        : null;
  const connectionId = workflow.bindings[source?.connection ?? ''] ?? '';
  const recordType = source?.recordType ?? '';
  const { data } = useApi(
    'listRecords',
    { params: { connectionId, recordType }, query: { limit: 1 } },
    { enabled: connectionId !== '' && recordType !== '' },
  );
  const record = data?.items[0];
  return useMemo(() => {
    if (record === undefined) return place;
    const values = { ...place.sample?.values, record: record.data };
    const label = recordName(record.data) ?? record.id;
    return { ...place, sample: { label, values } };
  }, [place, record]);
}

/** What it got and gave in the trial. */
function TriedSection({ step }: { readonly step: Step }) {
  const { trying } = useBuilder();
  const runs = trying.ofStep(step.key);
  const last = runs.at(-1);
  if (trying.trial === null) return null;
  if (last === undefined) return <p className="muted">In the trial it is not reached.</p>;
  const from = {
    worked_out: '',
    given: 'It was given.',
    execution: 'It is what the execution recorded; nothing outside was touched.',
    latest: 'It is what the step gave in its latest execution; nothing outside was touched.',
    example: 'It is an example made from the form of the output; nothing outside was touched.',
  }[last.from];
  return (
    <Section
      title={
        runs.length > 1
          ? `In the trial, turn ${String(runs.length)} of ${String(runs.length)}`
          : 'In the trial'
      }
    >
      {last.error !== null && <p className="field-note wrong">{last.error.message}</p>}
      {last.input !== null && last.input !== undefined && (
        <div className="stack tight">
          <span className="faint">Input</span>
          <JsonView value={last.input} />
        </div>
      )}
      {last.error === null && (
        <div className="stack tight">
          <span className="faint">Output. {from}</span>
          <JsonView value={last.output ?? null} />
        </div>
      )}
    </Section>
  );
}

function StepMenu({ step }: { readonly step: Step }) {
  const { draft, editing, reason } = useBuilder();
  const { key } = step;
  const within = countWithin(step);
  return (
    <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={`Actions on ${step.title}`} />}>
      <MenuItem icon={Copy} reason={reason} hint="Ctrl D" onSelect={() => editing.duplicate(key)}>
        Duplicate
      </MenuItem>
      <MenuItem icon={ClipboardCopy} hint="Ctrl C" onSelect={() => editing.copy(key)}>
        Copy
      </MenuItem>
      <MenuItem icon={Scissors} reason={reason} hint="Ctrl X" onSelect={() => editing.cut(key)}>
        Cut
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={ArrowUp}
        hint="Alt ↑"
        reason={reason ?? (spotBeside(draft.definition, key, -1) === null ? 'It is the first one' : null)}
        onSelect={() => editing.moveBeside(key, -1)}
      >
        Move up
      </MenuItem>
      <MenuItem
        icon={ArrowDown}
        hint="Alt ↓"
        reason={reason ?? (spotBeside(draft.definition, key, 1) === null ? 'It is the last one' : null)}
        onSelect={() => editing.moveBeside(key, 1)}
      >
        Move down
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Trash2} danger reason={reason} hint="Del" onSelect={() => editing.remove(key)}>
        {within === 0 ? 'Delete' : `Delete with ${String(within)} within it`}
      </MenuItem>
    </Menu>
  );
}
