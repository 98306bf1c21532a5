import { signIn as endpoint } from '@middle/contract/session/sign-in.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { meOf } from './answer.ts';

export const signIn = handler(endpoint, async ({ deps, body, headers, caller, setHeader }) => {
  const { personId, cookies } = await deps.signIn.withPassword(body, headers);
  const me = await meOf(deps.database, personId);
  await addAuditEvent(
    deps.database,
    { ...caller, actor: `person:${personId}`, actorName: me.name },
    { action: 'session.start', subjectKind: 'person', subjectId: personId, detail: { by: 'password' } },
  );
  setHeader('set-cookie', [...cookies]);
  return me;
});
