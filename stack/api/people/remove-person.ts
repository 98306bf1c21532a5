import { removePerson as endpoint } from '@middle/contract/people/remove-person.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deletePerson } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { existingPerson, keepAnOwner } from './set-roles.ts';

export const removePerson = handler(endpoint, async ({ deps, params, caller }) => {
  await deps.database.transaction(async (client) => {
    const person = await existingPerson(client, params.personId);
    await keepAnOwner(client, person.id);
    await deletePerson(client, person.id);
    await addAuditEvent(client, caller, {
      action: 'person.remove',
      subjectKind: 'person',
      subjectId: person.id,
      detail: { name: person.name, email: person.email, role: person.role },
    });
  });
});
