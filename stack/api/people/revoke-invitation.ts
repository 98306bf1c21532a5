import { revokeInvitation as endpoint } from '@middle/contract/people/revoke-invitation.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteInvitation } from '@middle/store/people.ts';
import { handler } from '../call.ts';

export const revokeInvitation = handler(endpoint, async ({ deps, params, caller }) => {
  await deps.database.transaction(async (client) => {
    const invitation = await deleteInvitation(client, params.invitationId);
    if (invitation === null)
      throw new MiddleError('not_found', `there is no invitation ${params.invitationId}`);
    await addAuditEvent(client, caller, {
      action: 'invitation.revoke',
      subjectKind: 'invitation',
      subjectId: invitation.id,
      detail: { email: invitation.email },
    });
  });
});
