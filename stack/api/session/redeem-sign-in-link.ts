import { redeemSignInLink as endpoint } from '@middle/contract/session/redeem-sign-in-link.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { takeSignInLink } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { linkDigest } from '../sign-in/sign-in.ts';
import { meOf } from './answer.ts';

export const redeemSignInLink = handler(endpoint, async ({ deps, body, headers, caller, setHeader }) => {
  const me = await deps.database.transaction(async (client) => {
    const personId = await takeSignInLink(client, linkDigest(body.token));
    if (personId === null) {
      throw new MiddleError(
        'link_invalid',
        'the sign-in link has been used, has expired, or was never made',
        {
          hint: 'Make a new one: middle up prints one, or an owner makes one on the page of people.',
        },
      );
    }
    const person = await meOf(client, personId);
    await addAuditEvent(
      client,
      { ...caller, actor: `person:${personId}`, actorName: person.name },
      { action: 'session.start', subjectKind: 'person', subjectId: personId, detail: { by: 'link' } },
    );
    return person;
  });
  setHeader('set-cookie', [...(await deps.signIn.start(me.id, headers))]);
  return me;
});
