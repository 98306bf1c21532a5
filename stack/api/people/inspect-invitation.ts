import { inspectInvitation as endpoint } from '@middle/contract/people/inspect-invitation.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { findInvitation } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { linkDigest } from '../sign-in/sign-in.ts';

export const inspectInvitation = handler(endpoint, async ({ deps, body }) => {
  const invitation = await findInvitation(deps.database, linkDigest(body.token));
  if (invitation === null) throw invalidInvitation();
  const { email, invitedBy, expiresAt } = invitation;
  return { email, invitedBy, expiresAt };
});

export function invalidInvitation(): MiddleError {
  return new MiddleError('link_invalid', 'the invitation has been used, has expired, or was taken back', {
    hint: 'Ask for a new one.',
  });
}
