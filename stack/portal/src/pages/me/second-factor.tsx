import { useState } from 'react';
import { encode } from 'uqr';
import { useMe } from '../../data/access.ts';
import { useAction } from '../../data/api.ts';
import type { Answer } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import './me.css';

type Enrolment = Answer<'enrolSecondFactor'>;

export function SecondFactor() {
  const me = useMe();
  const [open, setOpen] = useState<'none' | 'enrol' | 'disable'>('none');
  const close = () => setOpen('none');
  return (
    <Panel
      title={
        <span className="row">
          Second factor {me.secondFactor ? <Badge tone="ok">On</Badge> : <Badge>Off</Badge>}
        </span>
      }
      description="A six-digit code from an authenticator on your phone, asked for when you sign in."
      actions={
        me.secondFactor ? (
          <Button look="danger" onClick={() => setOpen('disable')}>
            Switch off
          </Button>
        ) : (
          <Button reason={me.hasPassword ? null : 'Set a password first'} onClick={() => setOpen('enrol')}>
            Set up
          </Button>
        )
      }
      flush
    >
      {open === 'enrol' && <EnrolDialog onClose={close} />}
      {open === 'disable' && <DisableDialog onClose={close} />}
    </Panel>
  );
}

function PasswordField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label="Your password">
      {(ids) => (
        <Input
          {...ids}
          type="password"
          autoComplete="current-password"
          autoFocus
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function EnrolDialog({ onClose }: { readonly onClose: () => void }) {
  const [password, setPassword] = useState('');
  const enrol = useAction('enrolSecondFactor', { quiet: true });
  if (enrol.data !== undefined) return <VerifyDialog enrolment={enrol.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Set up a second factor"
      actions={
        <Button
          look="solid"
          busy={enrol.isPending}
          reason={password === '' ? 'Enter your password first' : null}
          onClick={() => enrol.mutate({ body: { password } })}
        >
          Go on
        </Button>
      }
    >
      <PasswordField value={password} onChange={setPassword} />
      {enrol.error !== null && <ErrorState error={enrol.error} />}
    </Dialog>
  );
}

function VerifyDialog({
  enrolment,
  onClose,
}: {
  readonly enrolment: Enrolment;
  readonly onClose: () => void;
}) {
  const [code, setCode] = useState('');
  const verify = useAction('verifySecondFactor', {
    stale: ['getMe', 'listPeople'],
    quiet: true,
    done: 'The second factor is on',
    onDone: onClose,
  });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Scan this with your authenticator"
      actions={
        <Button
          look="solid"
          busy={verify.isPending}
          reason={/^\d{6}$/.test(code) ? null : 'Enter the six digits first'}
          onClick={() => verify.mutate({ body: { code } })}
        >
          Switch on
        </Button>
      }
    >
      <div className="enrol">
        <QrCode text={enrolment.uri} />
        <div className="stack">
          <div>
            <span className="faint">Or enter this secret</span>
            <div className="row">
              <code className="enrol-secret">{enrolment.secret}</code>
              <CopyButton text={enrolment.secret} label="Copy the secret" />
            </div>
          </div>
          <Field label="The code it shows">
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                autoComplete="one-time-code"
                className="mono"
                value={code}
                onChange={(event) => setCode(event.target.value.trim())}
              />
            )}
          </Field>
        </div>
      </div>
      <div className="stack tight">
        <div className="row between">
          <span className="strong">Recovery codes</span>
          <CopyButton text={enrolment.recoveryCodes.join('\n')} label="Copy the recovery codes" />
        </div>
        <p className="faint">
          Each signs you in once when your phone is lost. Keep them somewhere safe: they are shown only now.
        </p>
        <div className="recovery">
          {enrolment.recoveryCodes.map((each) => (
            <code key={each}>{each}</code>
          ))}
        </div>
      </div>
      {verify.error !== null && <ErrorState error={verify.error} />}
    </Dialog>
  );
}

/** One path of unit squares, black on white in both themes, for cameras. */
function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])))
    .join('');
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${String(size)} ${String(size)}`}
      role="img"
      aria-label="QR code for your authenticator"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

function DisableDialog({ onClose }: { readonly onClose: () => void }) {
  const [password, setPassword] = useState('');
  const disable = useAction('disableSecondFactor', {
    stale: ['getMe', 'listPeople'],
    quiet: true,
    done: 'The second factor is off',
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Switch the second factor off?"
      description="Your password alone will be enough to sign in."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            className="confirm"
            busy={disable.isPending}
            reason={password === '' ? 'Enter your password first' : null}
            onClick={() => disable.mutate({ body: { password } })}
          >
            Switch off
          </Button>
        </>
      }
    >
      <PasswordField value={password} onChange={setPassword} />
      {disable.error !== null && <ErrorState error={disable.error} />}
    </Dialog>
  );
}
