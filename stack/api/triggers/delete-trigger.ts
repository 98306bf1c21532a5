import { deleteTrigger as endpoint } from '@middle/contract/triggers/delete-trigger.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteTrigger as remove } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';
import { existingTrigger, requireOwnTrigger } from './answer.ts';

export const deleteTrigger = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const trigger = await existingTrigger(client, params.triggerId);
    requireOwnTrigger(trigger, 'switch it off instead');
    const { id, name, workflowId } = trigger;
    await remove(client, id);
    await addAuditEvent(client, caller, {
      action: 'trigger.delete',
      subjectKind: 'trigger',
      subjectId: id,
      accountId,
      detail: { name, workflowId },
    });
  }),
);
