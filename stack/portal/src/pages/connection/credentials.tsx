import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { Connection } from '../../data/types.ts';
import { AuthForm, filledFields, missingField } from '../../parts/auth-form.tsx';
import type { AuthFields } from '../../parts/auth-form.tsx';
import { JobProgress, useJob } from '../../parts/job-watch.tsx';
import { manifestOf } from '../../parts/manifest.ts';
import type { AuthConfig } from '../../parts/manifest.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';

export function CredentialsPanel({ connection }: { readonly connection: Connection }) {
  const version = useApi('getAppVersion', {
    params: { appKey: connection.app.key, version: connection.version },
  });
  return (
    <Panel
      title="Credentials"
      description={
        connection.hasCredentials ? 'Stored, sealed with the key of this stack.' : 'Not filled in yet.'
      }
      actions={<TestButton connection={connection} />}
    >
      <Loaded query={version}>
        {(data) => {
          const { auth } = manifestOf(data);
          return auth.length === 0 ? (
            <p className="muted">This app needs no credentials.</p>
          ) : (
            <CredentialsForm connection={connection} configs={auth} />
          );
        }}
      </Loaded>
    </Panel>
  );
}

function CredentialsForm({
  connection,
  configs,
}: {
  readonly connection: Connection;
  readonly configs: readonly AuthConfig[];
}) {
  const [key, setKey] = useState(connection.authConfig ?? configs[0]?.key ?? '');
  const [fields, setFields] = useState<AuthFields>(connection.fields);
  const reason = useReason('connections.change', connection.account.id);
  const save = useAction('setCredentials', {
    stale: ['getConnection', 'listConnections'],
    done: 'Credentials stored',
    onDone: (now) => setFields(now.fields),
  });
  const auth = configs.find((config) => config.key === key) ?? configs[0];
  if (auth === undefined) return null;
  const stored = connection.hasCredentials && connection.authConfig === auth.key;
  const missing = missingField(auth, fields, stored);
  return (
    <form
      className="stack credentials"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          params: { connectionId: connection.id },
          body: { authConfig: auth.key, fields: filledFields(auth, fields) },
        });
      }}
    >
      {configs.length > 1 && (
        <Field label="Kind of sign-in">
          {(ids) => (
            <Select
              {...ids}
              value={auth.key}
              choices={configs.map(({ key: value, name }) => ({ value, label: name }))}
              onChange={setKey}
            />
          )}
        </Field>
      )}
      <fieldset disabled={reason !== null} className="stack">
        <AuthForm auth={auth} fields={fields} onChange={setFields} stored={stored} />
      </fieldset>
      <div>
        <Button
          type="submit"
          busy={save.isPending}
          reason={reason ?? (missing === null ? null : `Fill in ${missing} first`)}
        >
          Store credentials
        </Button>
      </div>
    </form>
  );
}

/** Asks the outside system whether it takes the stored credentials. */
function TestButton({ connection }: { readonly connection: Connection }) {
  const [jobId, setJobId] = useState<string | null>(null);
  const reason = useReason('connections.change', connection.account.id);
  const test = useAction('testConnection', { onDone: ({ id }) => setJobId(id) });
  const job = useJob(jobId, ({ state, error }) => {
    setJobId(null);
    if (state === 'succeeded') toast('The outside system accepted the credentials');
    else
      toast(error === null ? `The test was ${state}` : `${error.message} ${error.hint ?? ''}`, {
        tone: 'bad',
        milliseconds: 12_000,
      });
  });
  return (
    <>
      {job !== null && <JobProgress job={job} text="Testing" />}
      <Button
        size="sm"
        icon={PlugZap}
        busy={test.isPending || jobId !== null}
        reason={reason}
        onClick={() => test.mutate({ params: { connectionId: connection.id } })}
      >
        Test
      </Button>
    </>
  );
}
