import { STACK_ROLES } from '@middle/core/permissions.ts';
import type { AccountRole, StackRole } from '@middle/core/permissions.ts';
import { useState } from 'react';
import { useAction, useApi } from '../../data/api.ts';
import type { Account, Person } from '../../data/types.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { ROLE_TEXTS, ROLE_TITLES } from './role-words.ts';
import './stack.css';

interface Roles {
  readonly role: StackRole;
  readonly memberships: Person['memberships'];
}

interface RolesFormProps {
  readonly roles: Roles;
  readonly accounts: readonly Account[];
  readonly onChange: (roles: Roles) => void;
}

function RolesForm({ roles, accounts, onChange }: RolesFormProps) {
  const setAccount = (accountId: string, role: string) => {
    const rest = roles.memberships.filter((membership) => membership.accountId !== accountId);
    const given: AccountRole | null = role === 'full' || role === 'read_only' ? role : null;
    onChange({ ...roles, memberships: given === null ? rest : [...rest, { accountId, role: given }] });
  };
  return (
    <>
      <Field label="Role" hint={ROLE_TEXTS[roles.role]}>
        {(ids) => (
          <Select
            {...ids}
            value={roles.role}
            choices={STACK_ROLES.map((value) => ({ value, label: ROLE_TITLES[value] }))}
            onChange={(role) =>
              onChange({ ...roles, role: STACK_ROLES.find((each) => each === role) ?? 'member' })
            }
          />
        )}
      </Field>
      {roles.role !== 'owner' && (
        <div>
          {accounts.map(({ id, name }) => (
            <div key={id} className="roles-account">
              <span className="truncate">{name}</span>
              <Select
                slim
                aria-label={`Access to ${name}`}
                value={roles.memberships.find(({ accountId }) => accountId === id)?.role ?? ''}
                choices={[
                  { value: '', label: 'No access' },
                  { value: 'read_only', label: 'Read-only' },
                  { value: 'full', label: 'Full' },
                ]}
                onChange={(role) => setAccount(id, role)}
              />
            </div>
          ))}
        </div>
      )}
    </>
  );
}

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const accounts = useApi('listAccounts', { query: { limit: 200 } }).data?.items ?? [];
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<Roles>({ role: 'member', memberships: [] });
  const invite = useAction('createInvitation', { stale: ['listInvitations'], quiet: true });
  if (invite.data !== undefined)
    return <LinkDialog email={email} path={invite.data.path} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite a person"
      description="You get a link to give to them. It works once, for 7 days."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={invite.isPending}
            reason={email.includes('@') ? null : 'Enter their e-mail address first'}
            onClick={() =>
              invite.mutate({
                body: { email: email.trim(), role: roles.role, memberships: [...roles.memberships] },
              })
            }
          >
            Make the link
          </Button>
        </>
      }
    >
      <Field label="E-mail address">
        {(ids) => (
          <Input
            {...ids}
            type="email"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <RolesForm roles={roles} accounts={accounts} onChange={setRoles} />
      {invite.error !== null && <ErrorState error={invite.error} />}
    </Dialog>
  );
}

function LinkDialog({
  email,
  path,
  onClose,
}: {
  readonly email: string;
  readonly path: string;
  readonly onClose: () => void;
}) {
  const link = globalThis.location.origin + path;
  return (
    <Dialog
      open
      onClose={onClose}
      title="The invitation is ready"
      description={`Give this link to ${email}. It is shown only now.`}
      actions={
        <Button look="solid" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="secret-link">
        <code className="grow">{link}</code>
        <CopyButton text={link} label="Copy the link" />
      </div>
    </Dialog>
  );
}

interface RolesDialogProps {
  readonly person: Person;
  readonly accounts: readonly Account[];
  readonly onClose: () => void;
}

export function RolesDialog({ person, accounts, onClose }: RolesDialogProps) {
  const [roles, setRoles] = useState<Roles>({ role: person.role, memberships: person.memberships });
  const save = useAction('setRoles', {
    stale: ['listPeople', 'getMe'],
    quiet: true,
    done: 'Roles saved',
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Roles of ${person.name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            busy={save.isPending}
            onClick={() =>
              save.mutate({
                params: { personId: person.id },
                body: { role: roles.role, memberships: [...roles.memberships] },
              })
            }
          >
            Save
          </Button>
        </>
      }
    >
      <RolesForm roles={roles} accounts={accounts} onChange={setRoles} />
      {save.error !== null && <ErrorState error={save.error} />}
    </Dialog>
  );
}
