import { redriveDeadLetters as endpoint } from '@middle/contract/queues/redrive-dead-letters.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';

export const redriveDeadLetters = handler(endpoint, async ({ deps, params, body, caller }) => {
  await existingApp(deps.database, params.appKey);
  const queue = deps.queues.open(params.appKey);
  // A queue need not be in our database, so no transaction spans both: the trail says first what was asked for. A
  // process that dies between the two leaves a line without its effect, never an effect without its line.
  await addAuditEvent(deps.database, caller, {
    action: 'dead_letters.redrive',
    subjectKind: 'app',
    subjectId: params.appKey,
    detail: { ids: body.ids ?? 'all', dead: (await queue.stats()).dead },
  });
  return { redriven: await queue.redrive(body.ids) };
});
