import { setRoles as endpoint } from '@middle/contract/people/set-roles.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getPerson, lockOwners, setRoles as set } from '@middle/store/people.ts';
import type { Person } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { personSummary } from './list-people.ts';

export const setRoles = handler(endpoint, async ({ deps, params, body, caller }) => {
  const person = await deps.database.transaction(async (client) => {
    const before = await existingPerson(client, params.personId);
    if (body.role !== 'owner') await keepAnOwner(client, before.id);
    await set(client, before.id, body);
    await addAuditEvent(client, caller, {
      action: 'person.set_roles',
      subjectKind: 'person',
      subjectId: before.id,
      detail: { before: { role: before.role, memberships: before.memberships }, after: body },
    });
    return existingPerson(client, before.id);
  });
  return personSummary(person);
});

export async function existingPerson(db: Queryable, id: string): Promise<Person> {
  const person = await getPerson(db, id);
  if (person === null) throw new MiddleError('not_found', `there is no person ${id}`);
  return person;
}

/** @throws MiddleError conflict when this person is the only owner */
export async function keepAnOwner(db: Queryable, personId: string): Promise<void> {
  const owners = await lockOwners(db);
  if (owners.length === 1 && owners[0] === personId) {
    throw new MiddleError('conflict', 'this person is the only owner', {
      hint: 'Make somebody else an owner first.',
    });
  }
}
