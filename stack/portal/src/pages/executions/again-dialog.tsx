import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

interface AgainDialogProps {
  readonly executionId: string;
  /** The place of the step it begins with; null: the start. */
  readonly from: string | null;
  readonly onClose: () => void;
}

/** Runs one execution again and opens the new one. */
export function AgainDialog({ executionId, from, onClose }: AgainDialogProps) {
  const [version, setVersion] = useState<'current' | 'recorded'>('current');
  const navigate = useNavigate();
  const again = useAction('runExecutionAgain', {
    stale: ['listExecutions', 'listRepeats'],
    done: 'Started again',
    quiet: true,
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: paths.execution(id) });
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={from === null ? 'Run it again from the start' : `Run it again from ${from}`}
      description={
        from === null
          ? 'As a new execution with the same input. Its actions are called again.'
          : 'As a new execution. What the steps before gave is taken over, and their actions are not called again.'
      }
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={again.isPending}
            onClick={() =>
              again.mutate({
                params: { executionId },
                body: { version, ...(from !== null && { from }) },
              })
            }
          >
            Run again
          </Button>
        </>
      }
    >
      <div className="stack">
        <Field label="With">
          {(ids) => (
            <Select
              {...ids}
              value={version}
              choices={[
                { value: 'current', label: 'The version of the workflow in force now' },
                { value: 'recorded', label: 'The version that it ran with' },
              ]}
              onChange={(value) => setVersion(value === 'recorded' ? 'recorded' : 'current')}
            />
          )}
        </Field>
        {again.error !== null && <ErrorState error={again.error} />}
      </div>
    </Dialog>
  );
}
