import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { GRACE_CHOICES } from '../api-keys/grace.ts';

interface ChangeAddressDialogProps {
  readonly connection: Connection;
  readonly onClose: () => void;
}

export function ChangeAddressDialog({ connection, onClose }: ChangeAddressDialogProps) {
  const [grace, setGrace] = useState('86400');
  const change = useAction('changeWebhookAddress', {
    stale: ['listWebhooks'],
    quiet: true,
    done: 'The addresses were changed',
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Change the addresses of all webhooks?"
      description="Do so when one became known to somebody it should not. Then tell the outside system the new ones."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={change.isPending}
            onClick={() =>
              change.mutate({
                params: { connectionId: connection.id },
                body: { graceSeconds: Number(grace) },
              })
            }
          >
            Change
          </Button>
        </>
      }
    >
      <Field label="The addresses before work for">
        {(ids) => <Select {...ids} value={grace} choices={GRACE_CHOICES} onChange={setGrace} />}
      </Field>
      {change.error !== null && <ErrorState error={change.error} />}
    </Dialog>
  );
}
