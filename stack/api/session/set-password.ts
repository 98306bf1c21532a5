import { setPassword as endpoint } from '@middle/contract/session/set-password.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { endOtherSessions, getPasswordHash, setPasswordHash } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { meOf, personIdOf } from './answer.ts';

export const setPassword = handler(endpoint, async ({ deps, body, caller }) => {
  const personId = personIdOf(caller);
  const me = await meOf(deps.database, personId);
  if (me.email === null) {
    throw new MiddleError('conflict', 'there is no e-mail address to sign in with', {
      hint: 'Give your e-mail address first.',
    });
  }
  const current = await getPasswordHash(deps.database, personId);
  const isProven = current === null || (await deps.signIn.verify(current, body.currentPassword ?? ''));
  if (!isProven) throw new MiddleError('sign_in_failed', 'the current password is wrong');
  const hash = await deps.signIn.hash(body.newPassword);
  await deps.database.transaction(async (client) => {
    await setPasswordHash(client, personId, hash);
    await endOtherSessions(client, personId, caller.sessionToken);
    await addAuditEvent(client, caller, {
      action: 'person.set_password',
      subjectKind: 'person',
      subjectId: personId,
    });
  });
});
