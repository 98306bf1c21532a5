import { disableSecondFactor as endpoint } from '@middle/contract/session/disable-second-factor.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { personIdOf } from './answer.ts';

export const disableSecondFactor = handler(endpoint, async ({ deps, body, headers, caller, setHeader }) => {
  const personId = personIdOf(caller);
  const cookies = await deps.signIn.disableSecondFactor(body.password, headers, (client) =>
    addAuditEvent(client, caller, {
      action: 'second_factor.switch_off',
      subjectKind: 'person',
      subjectId: personId,
    }),
  );
  setHeader('set-cookie', [...cookies]);
});
