import { acceptInvitation as endpoint } from '@middle/contract/people/accept-invitation.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addMemberships, addPerson, takeInvitation } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { linkDigest } from '../sign-in/sign-in.ts';
import { meOf } from '../session/answer.ts';
import { invalidInvitation } from './inspect-invitation.ts';

export const acceptInvitation = handler(endpoint, async ({ deps, body, headers, caller, setHeader }) => {
  const passwordHash = await deps.signIn.hash(body.password);
  const me = await deps.database.transaction(async (client) => {
    const invitation = await takeInvitation(client, linkDigest(body.token));
    if (invitation === null) throw invalidInvitation();
    const { email, role, memberships } = invitation;
    const id = await addPerson(client, { name: body.name, email, role, passwordHash });
    await addMemberships(client, id, memberships);
    await addAuditEvent(
      client,
      { ...caller, actor: `person:${id}`, actorName: body.name },
      {
        action: 'invitation.accept',
        subjectKind: 'person',
        subjectId: id,
        detail: { email, role, memberships },
      },
    );
    return meOf(client, id);
  });
  setHeader('set-cookie', [...(await deps.signIn.start(me.id, headers))]);
  return me;
});
