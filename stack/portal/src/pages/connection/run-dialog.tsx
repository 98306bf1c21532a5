import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { RecordSet, Sync } from '../../data/types.ts';
import { KIND_TEXTS, KIND_TITLES } from '../../parts/run-words.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface RunDialogProps {
  readonly set: RecordSet;
  readonly sync: Sync;
  readonly onClose: () => void;
}

/** Asks for the input that this kind of sync takes, then opens the run. */
export function RunDialog({ set, sync, onClose }: RunDialogProps) {
  const navigate = useNavigate();
  const [since, setSince] = useState('');
  const [until, setUntil] = useState('');
  const [id, setId] = useState('');
  const run = useAction('runSync', {
    stale: ['listSyncRuns', 'listRecordSets'],
    quiet: true,
    onDone: (started) => void navigate({ to: paths.run(started.id) }),
  });
  const body = {
    ...(sync.kind === 'lookup' && { id: id.trim() }),
    ...(since !== '' && { since: new Date(since).toISOString() }),
    ...(until !== '' && { until: new Date(until).toISOString() }),
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Run now: ${set.recordType.title}`}
      description={`${KIND_TITLES[sync.kind]}. ${KIND_TEXTS[sync.kind]}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={run.isPending}
            reason={sync.kind === 'lookup' && id.trim() === '' ? 'Enter the primary id first' : null}
            onClick={() => run.mutate({ params: { syncId: sync.id }, body })}
          >
            Run now
          </Button>
        </>
      }
    >
      {sync.kind === 'recent' && (
        <>
          <Field label="From" optional hint="Empty: where the last run ended.">
            {(ids) => (
              <Input
                {...ids}
                type="datetime-local"
                step="1"
                value={since}
                onChange={(event) => setSince(event.target.value)}
              />
            )}
          </Field>
          <Field label="Up to" optional hint="Empty: now.">
            {(ids) => (
              <Input
                {...ids}
                type="datetime-local"
                step="1"
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      {sync.kind === 'lookup' && (
        <Field label="Primary id">
          {(ids) => (
            <Input {...ids} className="mono" value={id} onChange={(event) => setId(event.target.value)} />
          )}
        </Field>
      )}
      {run.error !== null && <ErrorState error={run.error} />}
    </Dialog>
  );
}
