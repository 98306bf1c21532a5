import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { RecordSet, Sync } from '../../data/types.ts';
import { KIND_TITLES } from '../../parts/run-words.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { formatEvery, formatSpan } from '../../ui/format.ts';
import { Select } from '../../ui/select.tsx';

interface ScheduleDialogProps {
  readonly set: RecordSet;
  readonly sync: Sync;
  readonly onClose: () => void;
}

const EVERY = [30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800];
const OVERLAP = [0, 60, 300, 900, 3600, 21_600, 86_400];
const STALL = [60, 300, 900, 1800, 3600];

/** The choices, with the value in force among them even when it is an unusual one. */
function withCurrent(values: readonly number[], current: number): number[] {
  return [...new Set([...values, current])].sort((a, b) => a - b);
}

export function ScheduleDialog({ set, sync, onClose }: ScheduleDialogProps) {
  const [every, setEvery] = useState(sync.everySeconds);
  const [overlap, setOverlap] = useState(sync.overlapSeconds);
  const [stall, setStall] = useState(sync.stallSeconds);
  const [markDeleted, setMarkDeleted] = useState(sync.markDeleted);
  const save = useAction('updateSync', {
    stale: ['listRecordSets'],
    quiet: true,
    done: 'Schedule saved',
    onDone: onClose,
  });
  const body = {
    stallSeconds: stall,
    ...(sync.kind !== 'lookup' && { everySeconds: every }),
    ...(sync.kind === 'recent' && { overlapSeconds: overlap }),
    ...(sync.kind === 'complete' && { markDeleted }),
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${KIND_TITLES[sync.kind]} of ${set.recordType.title}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={save.isPending}
            onClick={() => save.mutate({ params: { syncId: sync.id }, body })}
          >
            Save
          </Button>
        </>
      }
    >
      {sync.kind !== 'lookup' && <EveryField value={every} onChange={setEvery} />}
      {sync.kind === 'recent' && (
        <SecondsField
          label="Overlap"
          hint="How far each window reaches back over the one before, for sources that are late."
          choices={OVERLAP}
          value={overlap}
          onChange={setOverlap}
        />
      )}
      <SecondsField
        label="Stalled after"
        hint="A run without any progress for this long ends as stalled."
        choices={STALL}
        value={stall}
        onChange={setStall}
      />
      {sync.kind === 'complete' && (
        <Checkbox
          label="Mark records that vanished at the source as deleted"
          checked={markDeleted}
          onChange={setMarkDeleted}
        />
      )}
      {save.error !== null && <ErrorState error={save.error} />}
    </Dialog>
  );
}

function EveryField({
  value,
  onChange,
}: {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}) {
  return (
    <Field label="How often">
      {(ids) => (
        <Select
          {...ids}
          value={value === null ? '' : String(value)}
          choices={[
            { value: '', label: 'Only by hand' },
            ...withCurrent(EVERY, value ?? 3600).map((each) => ({
              value: String(each),
              label: formatEvery(each),
            })),
          ]}
          onChange={(text) => onChange(text === '' ? null : Number(text))}
        />
      )}
    </Field>
  );
}

interface SecondsFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly choices: readonly number[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function SecondsField({ label, hint, choices, value, onChange }: SecondsFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <Select
          {...ids}
          value={String(value)}
          choices={withCurrent(choices, value).map((each) => ({
            value: String(each),
            label: formatSpan(each),
          }))}
          onChange={(text) => onChange(Number(text))}
        />
      )}
    </Field>
  );
}
