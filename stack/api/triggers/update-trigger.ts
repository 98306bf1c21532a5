import { updateTrigger as endpoint } from '@middle/contract/triggers/update-trigger.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { triggerDefinitionSchema } from '@middle/core/workflow/trigger.ts';
import type { TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Transaction } from '@middle/store/database.ts';
import { changeTrigger, switchTriggerOff } from '@middle/store/triggers/triggers.ts';
import type { TriggerView } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';
import { existingTrigger, requireOwnTrigger, triggerAnswer } from './answer.ts';
import { requireRight } from '@middle/store/triggers/check.ts';
import { firstTick, nameTaken } from './create-trigger.ts';

export const updateTrigger = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const now = deps.clock.now();
  try {
    const changed = await deps.database.transaction(async (client) => {
      const before = await existingTrigger(client, params.triggerId);
      if (body.definition !== undefined) requireOwnTrigger(before, 'only its switch can be changed');
      const shown = triggerAnswer(before, now);
      await change(client, before, body, now);
      await addAuditEvent(client, caller, {
        action: 'trigger.update',
        subjectKind: 'trigger',
        subjectId: before.id,
        accountId,
        detail: { before: { definition: shown.definition, enabled: shown.enabled }, after: body },
      });
      return existingTrigger(client, before.id);
    });
    return triggerAnswer(changed, now);
  } catch (error) {
    throw nameTaken(error, body.definition?.name ?? '');
  }
});

interface Given {
  readonly definition?: TriggerDefinition | undefined;
  readonly enabled?: boolean | undefined;
}

/** Whatever goes on listening is checked again: its record type or its workflow may have changed. */
async function change(client: Transaction, before: TriggerView, given: Given, now: Date): Promise<void> {
  const enabled = given.enabled ?? before.enabled;
  if (given.definition === undefined && !enabled) {
    await switchTriggerOff(client, before.id);
    return;
  }
  const definition = given.definition ?? savedDefinition(before, now);
  if (definition.kind !== before.kind) {
    throw new MiddleError('conflict', `a trigger of the kind ${before.kind} stays one`, {
      hint: 'Add another trigger, and delete this one.',
    });
  }
  const { recordSetId } = await requireRight(client, before.workflowId, definition);
  const nextTickAt = firstTick(definition, enabled, now);
  await changeTrigger(client, before, definition, { recordSetId, nextTickAt, enabled });
}

/** @throws MiddleError conflict when its connection was deleted */
export function savedDefinition(view: TriggerView, now: Date): TriggerDefinition {
  const parsed = triggerDefinitionSchema.safeParse(triggerAnswer(view, now).definition);
  if (parsed.success) return parsed.data;
  throw new MiddleError('conflict', 'the connection of this trigger was deleted', {
    hint: 'Choose another connection for it.',
  });
}
