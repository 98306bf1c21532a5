import { ApiProblem } from '@middle/contract/client.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { call, queryClient } from '../../data/api.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { EmailField } from './fields.tsx';
import { CheckedForm, SignInFrame, takeToken } from './frame.tsx';
import { emailProblem } from './problems.ts';

export function SignInPage() {
  const [token] = useState(takeToken);
  return token === null ? <PasswordForm /> : <LinkSignIn token={token} />;
}

/** Where the person wanted to go; only an address of this portal. */
function useDestination(): () => void {
  const navigate = useNavigate();
  const search: { readonly next?: unknown } = useSearch({ strict: false });
  return () => {
    const next =
      typeof search.next === 'string' && /^\/(?![/\\])/.test(search.next) ? search.next : paths.home;
    void navigate({ href: next, replace: true });
  };
}

function LinkSignIn({ token }: { readonly token: string }) {
  const go = useDestination();
  const [error, setError] = useState<unknown>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const started = useRef(false);
  const redeem = async (given: string) => {
    setBusy(true);
    try {
      const me = await call('redeemSignInLink', { body: { token, ...(given !== '' && { code: given }) } });
      queryClient.clear();
      queryClient.setQueryData(['getMe', {}], me);
      go();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    // A link works once, and React runs an effect twice while developing.
    if (started.current) return;
    started.current = true;
    void redeem('');
  });
  if (needsCode(error)) {
    return (
      <SignInFrame title="One more step">
        <CodeForm
          code={code}
          setCode={setCode}
          busy={busy}
          error={code === '' ? null : error}
          onSubmit={() => void redeem(code)}
        />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={error === null ? 'Signing you in…' : 'This link did not work'}>
      {error !== null && (
        <>
          <ErrorState error={error} />
          <p className="faint">
            A link works once, for 15 minutes. <code>middle up</code> prints a new one, or sign in with your
            password.
          </p>
          <Button look="solid" onClick={() => globalThis.location.assign(paths.signIn)}>
            Sign in with a password
          </Button>
        </>
      )}
    </SignInFrame>
  );
}

function needsCode(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'second_factor_needed';
}

function PasswordForm() {
  const go = useDestination();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      const me = await call('signIn', {
        body: { email: email.trim(), password, ...(code !== '' && { code }) },
      });
      queryClient.clear();
      queryClient.setQueryData(['getMe', {}], me);
      go();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  if (needsCode(error)) {
    return (
      <SignInFrame title="One more step">
        <CodeForm
          code={code}
          setCode={setCode}
          busy={busy}
          error={code === '' ? null : error}
          onSubmit={() => void submit()}
        />
      </SignInFrame>
    );
  }
  const problems = {
    email: emailProblem(email),
    password: password === '' ? 'Enter your password.' : null,
  };
  return (
    <SignInFrame title="Sign in">
      <CheckedForm problems={Object.values(problems)} onSubmit={() => void submit()}>
        {(told) => (
          <>
            <EmailField first value={email} onChange={setEmail} problem={told ? problems.email : null} />
            <Field label="Password" error={told ? problems.password : null}>
              {(ids) => (
                <Input
                  {...ids}
                  type="password"
                  autoComplete="current-password"
                  required
                  value={password}
                  onChange={(event) => setPassword(event.target.value)}
                />
              )}
            </Field>
            {error !== null && <ErrorState error={error} />}
            <Button type="submit" look="solid" busy={busy}>
              Sign in
            </Button>
            <p className="faint">
              No password yet? Use your invitation link. Who runs this stack gets a one-time link from{' '}
              <code>middle up</code>.
            </p>
          </>
        )}
      </CheckedForm>
    </SignInFrame>
  );
}

interface CodeFormProps {
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: () => void;
}

function CodeForm({ code, setCode, busy, error, onSubmit }: CodeFormProps) {
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Field
        label="Code"
        hint="Six digits from your authenticator, or a recovery code."
        error={error === null || busy ? null : 'That code is wrong or no longer valid. Enter a fresh one.'}
      >
        {(ids) => (
          <Input
            {...ids}
            autoComplete="one-time-code"
            className="mono"
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value.trim())}
          />
        )}
      </Field>
      <Button type="submit" look="solid" busy={busy} reason={code === '' ? 'Enter the code first' : null}>
        Go on
      </Button>
    </form>
  );
}
