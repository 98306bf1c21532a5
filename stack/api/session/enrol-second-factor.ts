import { enrolSecondFactor as endpoint } from '@middle/contract/session/enrol-second-factor.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { personIdOf } from './answer.ts';

export const enrolSecondFactor = handler(endpoint, async ({ deps, body, headers, caller }) => {
  const personId = personIdOf(caller);
  const enrolment = await deps.signIn.enrolSecondFactor(body.password, headers, (client) =>
    addAuditEvent(client, caller, {
      action: 'second_factor.enrol',
      subjectKind: 'person',
      subjectId: personId,
    }),
  );
  const { uri, recoveryCodes } = enrolment;
  return { uri, secret: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes };
});
