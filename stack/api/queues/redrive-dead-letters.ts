import { redriveDeadLetters as endpoint } from '@middle/contract/queues/redrive-dead-letters.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';

export const redriveDeadLetters = handler(endpoint, async ({ deps, params, body, caller }) => {
  await existingApp(deps.database, params.appKey);
  const redriven = await deps.queues.open(params.appKey).redrive(body.ids);
  await addAuditEvent(deps.database, caller, {
    action: 'dead_letters.redrive',
    subjectKind: 'app',
    subjectId: params.appKey,
    detail: { redriven, ids: body.ids ?? 'all' },
  });
  return { redriven };
});
