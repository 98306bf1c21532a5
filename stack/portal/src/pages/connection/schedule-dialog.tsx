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
      {sync.kind !== 'lookup' && (
        <Field label="How often">
          {(ids) => (
            <Select
              {...ids}
              value={every === null ? '' : String(every)}
              choices={[
                { value: '', label: 'Only by hand' },
                ...withCurrent(EVERY, every ?? 3600).map((value) => ({
                  value: String(value),
                  label: formatEvery(value),
                })),
              ]}
              onChange={(value) => setEvery(value === '' ? null : Number(value))}
            />
          )}
        </Field>
      )}
      {sync.kind === 'recent' && (
        <Field
          label="Overlap"
          hint="How far each window reaches back over the one before, for sources that are late."
        >
          {(ids) => (
            <Select
              {...ids}
              value={String(overlap)}
              choices={withCurrent(OVERLAP, overlap).map((value) => ({
                value: String(value),
                label: formatSpan(value),
              }))}
              onChange={(value) => setOverlap(Number(value))}
            />
          )}
        </Field>
      )}
      <Field label="Stalled after" hint="A run without any progress for this long ends as stalled.">
        {(ids) => (
          <Select
            {...ids}
            value={String(stall)}
            choices={withCurrent(STALL, stall).map((value) => ({
              value: String(value),
              label: formatSpan(value),
            }))}
            onChange={(value) => setStall(Number(value))}
          />
        )}
      </Field>
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
