import { createInvitation as endpoint } from '@middle/contract/people/create-invitation.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { findAccount } from '@middle/store/accounts.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addInvitation, getPersonByEmail } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { newLinkToken } from '../sign-in/sign-in.ts';

const INVITATION_MILLISECONDS = 7 * 86_400_000;

export const createInvitation = handler(endpoint, async ({ deps, body, caller }) => {
  if ((await getPersonByEmail(deps.database, body.email)) !== null) {
    throw new MiddleError('conflict', `${body.email} can sign in already`, {
      hint: 'Change their role instead.',
    });
  }
  for (const { accountId } of body.memberships) {
    if ((await findAccount(deps.database, accountId)) === null) {
      throw new MiddleError('request_invalid', `there is no account ${accountId}`);
    }
  }
  const { token, digest } = newLinkToken();
  const expiresAt = new Date(deps.clock.now().getTime() + INVITATION_MILLISECONDS);
  const invitation = await deps.database.transaction(async (client) => {
    const added = await addInvitation(client, { ...body, invitedBy: caller.actorName, expiresAt }, digest);
    await addAuditEvent(client, caller, {
      action: 'invitation.create',
      subjectKind: 'invitation',
      subjectId: added.id,
      detail: { ...body },
    });
    return added;
  });
  return { invitation, path: `/invitation#token=${token}` };
});
