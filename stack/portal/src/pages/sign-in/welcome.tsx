import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queryClient } from '../../data/api.ts';
import { putOffWelcome } from '../../data/welcome.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { SignInFrame } from './frame.tsx';
import { NewPasswordField } from './invitation.tsx';

/** The first owner came by a one-time link and has neither an address nor a password yet. */
export function WelcomePage() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      // The address first: a password belongs to one. Should the second call fail, this page comes again.
      await call('updateMe', { body: { name, email } });
      await call('setPassword', { body: { newPassword: password } });
      await queryClient.fetchQuery({
        queryKey: ['getMe', {}],
        queryFn: () => call('getMe', undefined),
        staleTime: 0,
      });
      await navigate({ to: paths.home, replace: true });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <SignInFrame title="Welcome to your stack">
      <p className="muted">You are its first owner. With an address and a password you can sign in again.</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label="Your name">
          {(ids) => (
            <Input
              {...ids}
              required
              autoFocus
              autoComplete="name"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="E-mail address">
          {(ids) => (
            <Input
              {...ids}
              type="email"
              required
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <NewPasswordField value={password} onChange={setPassword} />
        {error !== null && <ErrorState error={error} />}
        <Button type="submit" look="solid" busy={busy}>
          Open my stack
        </Button>
        <Button
          look="quiet"
          onClick={() => {
            putOffWelcome();
            void navigate({ to: paths.home, replace: true });
          }}
        >
          Later
        </Button>
      </form>
    </SignInFrame>
  );
}
