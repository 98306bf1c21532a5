import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** The one time that a secret can be read. */
export function SecretDialog({ name, secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`The secret of ${name}`}
      actions={
        <Button look="solid" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <Notice tone="warn">Copy it now: it is never shown again. Whoever has it can call.</Notice>
      <div className="row">
        <code className="grow wrap-anywhere">{secret}</code>
        <CopyButton text={secret} label="Copy the secret" />
      </div>
    </Dialog>
  );
}
