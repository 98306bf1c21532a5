import { verifySecondFactor as endpoint } from '@middle/contract/session/verify-second-factor.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { personIdOf } from './answer.ts';

export const verifySecondFactor = handler(endpoint, async ({ deps, body, headers, caller, setHeader }) => {
  const personId = personIdOf(caller);
  const cookies = await deps.signIn.verifySecondFactor(body.code, headers, (client) =>
    addAuditEvent(client, caller, {
      action: 'second_factor.switch_on',
      subjectKind: 'person',
      subjectId: personId,
    }),
  );
  setHeader('set-cookie', [...cookies]);
});
