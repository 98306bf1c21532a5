import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

/** While a key is typed, a dash may stand at its end: a letter will follow. */
function typedKeyOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63);
}

const keyOf = (text: string): string => typedKeyOf(text).replace(/-+$/, '');

export function NewAccountDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [typedKey, setKey] = useState<string | null>(null);
  const key = typedKey ?? keyOf(name);
  const create = useAction('createAccount', {
    stale: ['listAccounts'],
    quiet: true,
    done: ({ name: made }) => `Account ${made} is ready`,
    onDone: (account) => {
      onClose();
      void navigate({ to: paths.account(account.key) });
    },
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New account"
      description="An account holds the data and connections of one brand, location or department."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={create.isPending}
            reason={name.trim() === '' || key === '' ? 'Give it a name first' : null}
            onClick={() => create.mutate({ body: { name: name.trim(), key: keyOf(key) } })}
          >
            Create account
          </Button>
        </>
      }
    >
      <Field label="Name">
        {(ids) => <Input {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label="Key" hint="In addresses and commands. It never changes.">
        {(ids) => (
          <Input
            {...ids}
            className="mono"
            value={key}
            onChange={(event) => setKey(typedKeyOf(event.target.value))}
          />
        )}
      </Field>
      {create.error !== null && <ErrorState error={create.error} />}
    </Dialog>
  );
}
