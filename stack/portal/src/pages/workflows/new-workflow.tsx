import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { Account } from '../../data/types.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface NewWorkflowProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function NewWorkflowDialog({ account, onClose }: NewWorkflowProps) {
  const [name, setName] = useState('');
  const navigate = useNavigate();
  const create = useAction('createWorkflow', {
    stale: ['listWorkflows'],
    quiet: true,
    onDone: ({ id }) => void navigate({ to: paths.workflow(id) }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="New workflow"
      description={`It belongs to ${account.name}. Nothing of it runs before you publish it.`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={create.isPending}
            reason={name.trim() === '' ? 'Give it a name first' : null}
            onClick={() => create.mutate({ params: { accountId: account.id }, body: { name: name.trim() } })}
          >
            Create workflow
          </Button>
        </>
      }
    >
      <Field label="Name" hint="What it does, such as “Report big airports”.">
        {(ids) => <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {create.error !== null && <ErrorState error={create.error} />}
    </Dialog>
  );
}
