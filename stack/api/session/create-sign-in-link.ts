import { createSignInLink as endpoint } from '@middle/contract/session/create-sign-in-link.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { addPerson, addSignInLink, getFirstOwner, getPersonByEmail, NO_EMAIL } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { newLinkToken } from '../sign-in/sign-in.ts';

const LINK_MILLISECONDS = 15 * 60_000;

export const createSignInLink = handler(endpoint, async ({ deps, body, caller }) => {
  const { token, digest } = newLinkToken();
  const expiresAt = new Date(deps.clock.now().getTime() + LINK_MILLISECONDS);
  await deps.database.transaction(async (client) => {
    const personId = await personFor(client, body.email);
    await addSignInLink(client, { personId, tokenDigest: digest, expiresAt });
    await addAuditEvent(client, caller, {
      action: 'sign_in_link.create',
      subjectKind: 'person',
      subjectId: personId,
    });
  });
  return { token, path: `/sign-in#token=${token}`, expiresAt };
});

async function personFor(client: Queryable, email: string | undefined): Promise<string> {
  const person = email === undefined ? await getFirstOwner(client) : await getPersonByEmail(client, email);
  if (person !== null) return person.id;
  if (email !== undefined) throw new MiddleError('not_found', `there is no person with the address ${email}`);
  return addPerson(client, { name: 'Owner', email: NO_EMAIL, role: 'owner', passwordHash: null });
}
