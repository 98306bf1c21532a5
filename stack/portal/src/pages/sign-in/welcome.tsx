import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queryClient } from '../../data/api.ts';
import { putOffWelcome } from '../../data/welcome.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { EmailField, NameField, NewPasswordField } from './fields.tsx';
import { CheckedForm, SignInFrame } from './frame.tsx';
import { emailProblem, nameProblem, newPasswordProblem } from './problems.ts';

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
      await call('updateMe', { body: { name: name.trim(), email: email.trim() } });
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
  const problems = {
    name: nameProblem(name),
    email: emailProblem(email),
    password: newPasswordProblem(password),
  };
  return (
    <SignInFrame title="Welcome to your stack">
      <p className="muted">You are its first owner. With an address and a password you can sign in again.</p>
      <CheckedForm problems={Object.values(problems)} onSubmit={() => void submit()}>
        {(told) => (
          <>
            <NameField value={name} onChange={setName} problem={told ? problems.name : null} />
            <EmailField value={email} onChange={setEmail} problem={told ? problems.email : null} />
            <NewPasswordField
              value={password}
              onChange={setPassword}
              problem={told ? problems.password : null}
            />
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
          </>
        )}
      </CheckedForm>
    </SignInFrame>
  );
}
