import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queryClient, useApi } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { SignInFrame, takeToken } from './frame.tsx';

export function InvitationPage() {
  const [token] = useState(() => takeToken() ?? '');
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
      const me = await call('acceptInvitation', { body: { token, name, password } });
      queryClient.clear();
      queryClient.setQueryData(['getMe', {}], me);
      await navigate({ to: paths.home, replace: true });
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
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
      <NewPasswordField value={password} onChange={setPassword} />
      {error !== null && <ErrorState error={error} />}
      <Button type="submit" look="solid" busy={busy}>
        Join
      </Button>
    </form>
  );
}

export function NewPasswordField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label="Password" hint="At least 10 characters. A few words you remember are better than symbols.">
      {(ids) => (
        <Input
          {...ids}
          type="password"
          required
          minLength={10}
          maxLength={128}
          autoComplete="new-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
