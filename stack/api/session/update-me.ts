import { updateMe as endpoint } from '@middle/contract/session/update-me.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { updateProfile } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { meOf, personIdOf } from './answer.ts';

export const updateMe = handler(endpoint, async ({ deps, body, caller }) => {
  const personId = personIdOf(caller);
  const before = await meOf(deps.database, personId);
  await deps.database
    .transaction(async (client) => {
      await updateProfile(client, personId, body);
      await addAuditEvent(client, caller, {
        action: 'person.update',
        subjectKind: 'person',
        subjectId: personId,
        detail: { before: { name: before.name, email: before.email }, after: body },
      });
    })
    .catch((error: unknown) => {
      if (!violates(error, 'user_email_key')) throw error;
      throw new MiddleError('conflict', `somebody else has the address ${body.email ?? ''}`);
    });
  return meOf(deps.database, personId);
});
