import { endSession as endpoint } from '@middle/contract/session/end-session.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { endSession as end } from '@middle/store/people.ts';
import { handler } from '../call.ts';
import { personIdOf } from './answer.ts';

export const endSession = handler(endpoint, async ({ deps, params, caller }) => {
  const personId = personIdOf(caller);
  await deps.database.transaction(async (client) => {
    if (!(await end(client, personId, params.sessionId))) {
      throw new MiddleError('not_found', `you have no session ${params.sessionId}`);
    }
    await addAuditEvent(client, caller, {
      action: 'session.end',
      subjectKind: 'person',
      subjectId: personId,
    });
  });
});
