import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useReason } from '../../data/access.ts';
import { useAction, useApi } from '../../data/api.ts';
import type { App, AppCredential } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';

/** Secrets at the level of the app, such as a client id. Values go in and never come out again. */
export function AppCredentials({ app }: { readonly app: App }) {
  const unseen = useReason('app_credentials.read');
  return unseen === null ? <Credentials app={app} /> : null;
}

function Credentials({ app }: { readonly app: App }) {
  const query = useApi('listAppCredentials', { params: { appKey: app.key } });
  const reason = useReason('app_credentials.change');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<AppCredential | null>(null);
  const remove = useAction('deleteAppCredential', {
    stale: ['listAppCredentials'],
    done: 'Credential deleted',
    onDone: () => setRemoving(null),
  });
  return (
    <Panel
      title="App credentials"
      description="Shared by connections of this app. The values are sealed and never shown again."
      flush
      actions={
        <Button size="sm" icon={Plus} reason={reason} onClick={() => setAdding(true)}>
          Add
        </Button>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={KeyRound} title="None">
              Add one when the outside system gives its client id and secret to you and not to each account.
            </EmptyState>
          ) : (
            items.map((credential) => (
              <div key={credential.id} className="list-row">
                <KeyRound className="icon faint" aria-hidden />
                <span className="grow">
                  <span className="row wrap">
                    <span className="strong">{credential.name}</span>
                    {credential.isDefault && <Badge>Default</Badge>}
                  </span>
                  <code className="faint">{credential.keys.join(', ')}</code>
                </span>
                <IconButton
                  icon={Trash2}
                  label={`Delete ${credential.name}`}
                  reason={reason}
                  onClick={() => setRemoving(credential)}
                />
              </div>
            ))
          )
        }
      </Loaded>
      {adding && <AddDialog app={app} onClose={() => setAdding(false)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() =>
          removing !== null && remove.mutate({ params: { appKey: app.key, credentialId: removing.id } })
        }
        busy={remove.isPending}
        title={`Delete ${removing?.name ?? ''}?`}
        text="Connections that use it can't sign in any more."
        action="Delete"
      />
    </Panel>
  );
}

/** `key=value` lines; the value may hold further equals signs. */
function parsePayload(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

function AddDialog({ app, onClose }: { readonly app: App; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [isDefault, setDefault] = useState(false);
  const payload = parsePayload(text);
  const add = useAction('createAppCredential', {
    stale: ['listAppCredentials'],
    quiet: true,
    done: 'Credential added',
    onDone: onClose,
  });
  const missing =
    name.trim() === ''
      ? 'Give it a name first'
      : Object.keys(payload).length === 0
        ? 'Enter at least one key=value line'
        : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add an app credential"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={add.isPending}
            reason={missing}
            onClick={() =>
              add.mutate({ params: { appKey: app.key }, body: { name: name.trim(), payload, isDefault } })
            }
          >
            Add
          </Button>
        </>
      }
    >
      <Field label="Name">
        {(ids) => <Input {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label="Values" hint="One key=value per line, such as clientId=abc.">
        {(ids) => (
          <TextArea
            {...ids}
            className="code"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Checkbox label="Use it for new connections" checked={isDefault} onChange={setDefault} />
      {add.error !== null && <ErrorState error={add.error} />}
    </Dialog>
  );
}
