import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  readonly text: ReactNode;
  readonly action: string;
  /** What a person has to type first, for what can't be undone. */
  readonly typed?: string | undefined;
  readonly busy?: boolean | undefined;
  readonly dangerous?: boolean | undefined;
  readonly children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, onConfirm, title, text, action, typed, busy, dangerous = true, children } = props;
  const [entered, setEntered] = useState('');
  const close = () => {
    setEntered('');
    onClose();
  };
  const ready = typed === undefined || entered.trim() === typed;
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      description={text}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look={dangerous ? 'danger' : 'solid'}
            className={ready ? 'confirm' : ''}
            busy={busy}
            reason={ready ? null : `Type ${typed} first`}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <Field label={`Type “${typed}” to go on`}>
          {(ids) => <Input {...ids} value={entered} onChange={(event) => setEntered(event.target.value)} />}
        </Field>
      )}
    </Dialog>
  );
}
