import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queryClient, useApi } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { NameField, NewPasswordField } from './fields.tsx';
import { CheckedForm, SignInFrame, takeToken } from './frame.tsx';
import { nameProblem, newPasswordProblem } from './problems.ts';

const KEPT = 'middle.invitation';

/** Kept for this tab until it is accepted: it has left the address, and a page may be loaded again. */
function invitationToken(): string {
  const token = takeToken() ?? sessionStorage.getItem(KEPT) ?? '';
  sessionStorage.setItem(KEPT, token);
  return token;
}

export function InvitationPage() {
  const [token] = useState(invitationToken);
  const invitation = useApi('inspectInvitation', { body: { token } });
  return (
    <SignInFrame title="Welcome to Middle">
      <Loaded query={invitation}>
        {({ email, invitedBy }) => (
          <>
            <p className="muted">
              {invitedBy} invited <strong>{email}</strong>. Choose how you are called here and a password.
            </p>
            <AcceptForm token={token} />
          </>
        )}
      </Loaded>
    </SignInFrame>
  );
}

function AcceptForm({ token }: { readonly token: string }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      const me = await call('acceptInvitation', { body: { token, name: name.trim(), password } });
      sessionStorage.removeItem(KEPT);
      queryClient.clear();
      queryClient.setQueryData(['getMe', {}], me);
      await navigate({ to: paths.home, replace: true });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  const problems = { name: nameProblem(name), password: newPasswordProblem(password) };
  return (
    <CheckedForm problems={Object.values(problems)} onSubmit={() => void submit()}>
      {(told) => (
        <>
          <NameField value={name} onChange={setName} problem={told ? problems.name : null} />
          <NewPasswordField
            value={password}
            onChange={setPassword}
            problem={told ? problems.password : null}
          />
          {error !== null && <ErrorState error={error} />}
          <Button type="submit" look="solid" busy={busy}>
            Join
          </Button>
        </>
      )}
    </CheckedForm>
  );
}
