import { deleteDeadLetters as endpoint } from '@middle/contract/queues/delete-dead-letters.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';

export const deleteDeadLetters = handler(endpoint, async ({ deps, params, body, caller }) => {
  await existingApp(deps.database, params.appKey);
  const deleted = await deps.queues.open(params.appKey).deleteDead(body.ids);
  await addAuditEvent(deps.database, caller, {
    action: 'dead_letters.delete',
    subjectKind: 'app',
    subjectId: params.appKey,
    detail: { deleted, ids: body.ids },
  });
  return { deleted };
});
