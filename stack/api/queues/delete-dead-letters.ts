import { deleteDeadLetters as endpoint } from '@middle/contract/queues/delete-dead-letters.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';

export const deleteDeadLetters = handler(endpoint, async ({ deps, params, body, caller }) => {
  await existingApp(deps.database, params.appKey);
  const queue = deps.queues.open(params.appKey);
  // Before the change, for the reason that redriving has.
  await addAuditEvent(deps.database, caller, {
    action: 'dead_letters.delete',
    subjectKind: 'app',
    subjectId: params.appKey,
    detail: { ids: body.ids, dead: (await queue.stats()).dead },
  });
  return { deleted: await queue.deleteDead(body.ids) };
});
