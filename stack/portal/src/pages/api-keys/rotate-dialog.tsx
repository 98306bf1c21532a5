import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import type { ApiKey } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { GRACE_CHOICES } from './grace.ts';

interface RotateDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onDone: (answer: { readonly apiKey: ApiKey; readonly secret: string }) => void;
}

export function RotateDialog({ apiKey, onClose, onDone }: RotateDialogProps) {
  const [grace, setGrace] = useState('86400');
  const rotate = useAction('rotateApiKey', { stale: ['listApiKeys'], quiet: true, onDone });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Give ${apiKey.name} another secret`}
      description="Change the callers while both secrets work; then the one before ends by itself."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={rotate.isPending}
            onClick={() =>
              rotate.mutate({ params: { apiKeyId: apiKey.id }, body: { graceSeconds: Number(grace) } })
            }
          >
            Rotate
          </Button>
        </>
      }
    >
      <Field label="The secret before works for">
        {(ids) => <Select {...ids} value={grace} choices={GRACE_CHOICES} onChange={setGrace} />}
      </Field>
      {rotate.error !== null && <ErrorState error={rotate.error} />}
    </Dialog>
  );
}
