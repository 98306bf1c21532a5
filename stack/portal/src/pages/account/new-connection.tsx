import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, App } from '../../data/types.ts';
import { AuthForm, filledFields, missingField } from '../../parts/auth-form.tsx';
import type { AuthFields } from '../../parts/auth-form.tsx';
import { manifestOf } from '../../parts/manifest.ts';
import { paths } from '../../paths.ts';
import { AppIcon } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';

interface NewConnectionProps {
  readonly account: Account;
  readonly onClose: () => void;
}

/** First the app, then its form. */
export function NewConnectionDialog({ account, onClose }: NewConnectionProps) {
  const [app, setApp] = useState<App | null>(null);
  return app === null ? (
    <Dialog
      open
      onClose={onClose}
      title="New connection"
      description={`Which app do you want to join to ${account.name}?`}
    >
      <AppChoice account={account} onChoose={setApp} />
      <span />
    </Dialog>
  ) : (
    <ConnectionForm account={account} app={app} onClose={onClose} />
  );
}

function AppChoice({
  account,
  onChoose,
}: {
  readonly account: Account;
  readonly onChoose: (app: App) => void;
}) {
  const apps = useApi('listApps', { query: { limit: 200 } });
  return (
    <Loaded query={apps}>
      {({ items }) => {
        const offered = items.filter(
          (app) =>
            app.latestVersion !== null &&
            (app.visibility === 'public' ||
              (app.visibility === 'allow_listed' && app.allowedAccounts.includes(account.id))),
        );
        return offered.length === 0 ? (
          <p className="muted">
            No app can be joined: none is switched on for this account. Push one with{' '}
            <code>middle app push --on</code>.
          </p>
        ) : (
          <div className="choices">
            {offered.map((app) => (
              <button key={app.id} type="button" className="choice" onClick={() => onChoose(app)}>
                <AppIcon color={app.iconColor} name={app.name} />
                <span className="grow">
                  <span className="strong">{app.name}</span>
                  <span className="faint choice-note">{app.notes}</span>
                </span>
                <span className="faint num">{app.latestVersion}</span>
              </button>
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}

function ConnectionForm({ account, app, onClose }: NewConnectionProps & { readonly app: App }) {
  const navigate = useNavigate();
  const version = useApi('getAppVersion', { params: { appKey: app.key, version: app.latestVersion ?? '' } });
  const auth = version.data === undefined ? undefined : manifestOf(version.data).auth[0];
  const [name, setName] = useState(app.name);
  const [fields, setFields] = useState<AuthFields>({});
  const [syncs, setSyncs] = useState(true);
  const missing = auth === undefined ? null : missingField(auth, fields, false);
  const create = useAction('createConnection', {
    stale: ['listConnections', 'listAccounts', 'getAccount'],
    quiet: true,
    done: ({ name: made }) => `${made} is connected`,
    onDone: ({ id }) => void navigate({ to: paths.connection(id) }),
  });
  const submit = () =>
    create.mutate({
      params: { accountId: account.id },
      body: {
        app: app.key,
        name: name.trim(),
        syncs: syncs ? 'on' : 'off',
        ...(auth !== undefined && {
          credentials: { authConfig: auth.key, fields: filledFields(auth, fields) },
        }),
      },
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Connect ${app.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={create.isPending}
            reason={
              version.data === undefined
                ? 'Still loading'
                : missing === null
                  ? null
                  : `Fill in ${missing} first`
            }
            onClick={submit}
          >
            Connect
          </Button>
        </>
      }
    >
      <Field label="Name" hint="How this connection is called in this account.">
        {(ids) => <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Loaded query={version}>
        {() =>
          auth === undefined ? null : (
            <AuthForm auth={auth} fields={fields} onChange={setFields} stored={false} />
          )
        }
      </Loaded>
      <Checkbox label="Start its scheduled syncs at once" checked={syncs} onChange={setSyncs} />
      {create.error !== null && <ErrorState error={create.error} />}
    </Dialog>
  );
}
