import { Ellipsis, UserCog, UserMinus, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { useMe, useReason } from '../../data/access.ts';
import { useAction, useApi, useApiPages } from '../../data/api.ts';
import type { Account, Invitation, Person } from '../../data/types.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { words } from '../../ui/format.ts';
import { List } from '../../ui/list.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { InviteDialog, RolesDialog } from './people-dialogs.tsx';
import { ROLE_TITLES } from './role-words.ts';

export function PeoplePage() {
  const unseen = useReason('people.read');
  const reason = useReason('people.change');
  const [inviting, setInviting] = useState(false);
  return (
    <Page
      title="People"
      description="Who can sign in to this stack, and what they may do."
      actions={
        <Button icon={UserPlus} look="solid" reason={reason} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      {unseen === null ? <Lists /> : <Notice>{unseen}</Notice>}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function accessWords(memberships: Person['memberships'], accounts: readonly Account[]): string {
  return memberships
    .map(
      ({ accountId, role }) =>
        `${accounts.find(({ id }) => id === accountId)?.name ?? 'an account'}: ${words(role).toLowerCase()}`,
    )
    .join(', ');
}

function Lists() {
  const accounts = useApi('listAccounts', { query: { limit: 200 } }).data?.items ?? [];
  return (
    <>
      <PeopleList accounts={accounts} />
      <Invitations accounts={accounts} />
    </>
  );
}

function PeopleList({ accounts }: { readonly accounts: readonly Account[] }) {
  const me = useMe();
  const pages = useApiPages('listPeople', {});
  const reason = useReason('people.change');
  const [changing, setChanging] = useState<Person | null>(null);
  const [removing, setRemoving] = useState<Person | null>(null);
  const remove = useAction('removePerson', {
    stale: ['listPeople'],
    done: 'Removed; their sessions have ended',
    onDone: () => setRemoving(null),
  });
  const actions: Column<Person> = {
    key: 'actions',
    title: <span className="visually-hidden">Actions</span>,
    width: '3.5rem',
    align: 'end',
    cell: (person) => (
      <Menu trigger={<IconButton icon={Ellipsis} size="sm" label={`Change ${person.name}`} />}>
        <MenuItem icon={UserCog} reason={reason} onSelect={() => setChanging(person)}>
          Roles
        </MenuItem>
        <MenuItem
          danger
          icon={UserMinus}
          reason={reason ?? (person.id === me.id ? 'You can’t remove yourself' : null)}
          onSelect={() => setRemoving(person)}
        >
          Remove
        </MenuItem>
      </Menu>
    ),
  };
  return (
    <Panel flush>
      <List
        label="People"
        pages={pages}
        rowKey={({ id }) => id}
        columns={[...columnsOf(accounts, me.id), actions]}
        empty={<EmptyState icon={Users} title="Nobody yet" />}
      />
      {changing !== null && (
        <RolesDialog person={changing} accounts={accounts} onClose={() => setChanging(null)} />
      )}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing !== null && remove.mutate({ params: { personId: removing.id } })}
        busy={remove.isPending}
        title={`Remove ${removing?.name ?? ''}?`}
        text="They are signed out everywhere and can’t sign in any more. What they changed stays in the audit trail."
        action="Remove"
      />
    </Panel>
  );
}

function columnsOf(accounts: readonly Account[], myId: string): readonly Column<Person>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      cell: ({ id, name, email }) => (
        <span className="cell-main">
          <span className="truncate" title={email ?? undefined}>
            {name}
            {id === myId && <span className="faint"> you</span>}
          </span>
        </span>
      ),
    },
    {
      key: 'email',
      title: 'E-mail address',
      hide: 'medium',
      cell: ({ email }) => <span className="muted">{email}</span>,
    },
    { key: 'role', title: 'Role', width: '9rem', cell: ({ role }) => ROLE_TITLES[role] },
    {
      key: 'accounts',
      title: 'Accounts',
      hide: 'medium',
      cell: ({ role, memberships }) => (
        <span className="muted">{role === 'owner' ? 'All' : accessWords(memberships, accounts)}</span>
      ),
    },
    {
      key: 'factor',
      title: 'Second factor',
      width: '8rem',
      hide: 'medium',
      cell: ({ secondFactor }) =>
        secondFactor ? <Badge tone="ok">On</Badge> : <span className="faint">Off</span>,
    },
    {
      key: 'seen',
      title: 'Last seen',
      width: '7rem',
      align: 'end',
      hide: 'narrow',
      cell: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
    },
  ];
}

function Invitations({ accounts }: { readonly accounts: readonly Account[] }) {
  const query = useApi('listInvitations', undefined);
  const reason = useReason('people.change');
  const revoke = useAction('revokeInvitation', { stale: ['listInvitations'], done: 'Invitation taken back' });
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title="Invitations" description="Not accepted yet." flush>
      {items.map((invitation: Invitation) => (
        <div key={invitation.id} className="list-row">
          <span className="grow">
            <span className="strong">{invitation.email}</span>
            <span className="faint">
              {' '}
              {ROLE_TITLES[invitation.role]} {accessWords(invitation.memberships, accounts)}
            </span>
          </span>
          <span className="faint">
            ends <RelativeTime at={invitation.expiresAt} />
          </span>
          <Button
            size="sm"
            reason={reason}
            aria-label={`Take back the invitation of ${invitation.email}`}
            onClick={() => revoke.mutate({ params: { invitationId: invitation.id } })}
          >
            Take back
          </Button>
        </div>
      ))}
    </Panel>
  );
}
