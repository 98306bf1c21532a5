import { allows, PERMISSIONS } from '@middle/core/permissions.ts';
import type { Access, Permission } from '@middle/core/permissions.ts';
import { keysOf } from '@middle/contract/shared.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getPerson } from '@middle/store/people.ts';
import type { Person } from '@middle/store/people.ts';
import type { Caller } from '../call.ts';

export function permissionsOf(access: Access): Permission[] {
  return keysOf(PERMISSIONS).filter((permission) => allows(access, permission));
}

export function personAnswer(person: Person) {
  const { id, name, email, role, memberships, hasPassword, secondFactor } = person;
  return {
    id,
    kind: 'person' as const,
    name,
    email,
    role,
    memberships,
    permissions: permissionsOf(person),
    hasPassword,
    secondFactor,
  };
}

export async function meOf(db: Queryable, personId: string) {
  const person = await getPerson(db, personId);
  if (person === null) throw new MiddleError('not_signed_in', 'the session has ended');
  return personAnswer(person);
}

/** The command line has no password of its own. @throws MiddleError not_allowed */
export function personIdOf(caller: Caller): string {
  if (caller.personId !== null) return caller.personId;
  throw new MiddleError('not_allowed', 'only a person can do this, not the command line', {
    hint: 'Sign in to the portal: middle up prints a link.',
  });
}
