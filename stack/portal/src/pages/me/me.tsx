import { useState } from 'react';
import { useMe } from '../../data/access.ts';
import { markStale, useAction, useApi } from '../../data/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { Input } from '../../ui/input.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SecondFactor } from './second-factor.tsx';

export function MePage() {
  const me = useMe();
  return (
    <Page title="My account">
      <Profile key={me.name + (me.email ?? '')} />
      <Password key={String(me.hasPassword)} />
      <SecondFactor />
      <Sessions />
    </Page>
  );
}

function Profile() {
  const me = useMe();
  const [name, setName] = useState(me.name);
  const [email, setEmail] = useState(me.email ?? '');
  const save = useAction('updateMe', { stale: ['getMe', 'listPeople'], done: 'Saved' });
  const changed = name.trim() !== me.name || email.trim() !== (me.email ?? '');
  return (
    <Panel title="Profile">
      <form
        className="row form-row"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ body: { name: name.trim(), email: email.trim() } });
        }}
      >
        <Field label="Name">
          {(ids) => (
            <Input
              {...ids}
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
              autoComplete="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" busy={save.isPending} reason={changed ? null : 'Nothing changed'}>
          Save
        </Button>
      </form>
    </Panel>
  );
}

function Password() {
  const me = useMe();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const save = useAction('setPassword', {
    done: 'Password changed; your other sessions have ended',
    onDone: () => {
      setCurrent('');
      setNext('');
      markStale(['getMe', 'listSessions']);
    },
  });
  return (
    <Panel title="Password">
      <form
        className="row form-row"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ body: { newPassword: next, ...(me.hasPassword && { currentPassword: current }) } });
        }}
      >
        {me.hasPassword && (
          <Field label="Current password">
            {(ids) => (
              <Input
                {...ids}
                type="password"
                autoComplete="current-password"
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label="New password">
          {(ids) => (
            <Input
              {...ids}
              type="password"
              autoComplete="new-password"
              placeholder="At least 10 characters"
              value={next}
              onChange={(event) => setNext(event.target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          busy={save.isPending}
          reason={
            next.length < 10
              ? 'A new password has at least 10 characters'
              : me.hasPassword && current === ''
                ? 'Enter the current password'
                : null
          }
        >
          Change
        </Button>
      </form>
    </Panel>
  );
}

function Sessions() {
  const query = useApi('listSessions', undefined);
  const end = useAction('endSession', { stale: ['listSessions'], done: 'Session ended' });
  return (
    <Panel title="Sessions" description="Where you are signed in." flush>
      <Loaded query={query}>
        {({ items }) =>
          items.map(({ id, current, createdAt, ipAddress, userAgent }) => (
            <div key={id} className="list-row">
              <span className="grow">
                <span className="row wrap">
                  <span className="strong">{browserOf(userAgent)}</span>
                  {current && <Badge tone="ok">This one</Badge>}
                </span>
                <span className="faint">
                  {ipAddress ?? 'address unknown'}, since {formatDateTime(new Date(createdAt))}
                </span>
              </span>
              <Button
                size="sm"
                reason={current ? 'Sign out to end this one' : null}
                onClick={() => end.mutate({ params: { sessionId: id } })}
              >
                End
              </Button>
            </div>
          ))
        }
      </Loaded>
    </Panel>
  );
}

function browserOf(userAgent: string | null): string {
  const name = /(Firefox|Edg|Chrome|Safari)\/\d+/.exec(userAgent ?? '')?.[1];
  const system = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(userAgent ?? '')?.[1];
  const browser = { Edg: 'Edge' }[name ?? ''] ?? name ?? 'A browser';
  return system === undefined ? browser : `${browser} on ${system.replace('Mac OS X', 'macOS')}`;
}
