import { createTrigger as endpoint } from '@middle/contract/triggers/create-trigger.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { nextTick } from '@middle/core/workflow/trigger-schedule.ts';
import type { TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { insertTrigger } from '@middle/store/triggers/triggers.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { existingTrigger, triggerAnswer } from './answer.ts';
import { requireRight } from '@middle/store/triggers/check.ts';

export const createTrigger = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const now = deps.clock.now();
  const { definition, enabled } = body;
  const { workflowId } = params;
  try {
    const created = await deps.database.transaction(async (client) => {
      const { recordSetId } = await requireRight(client, workflowId, definition);
      const nextTickAt = firstTick(definition, enabled, now);
      const id = await insertTrigger(client, workflowId, definition, { recordSetId, nextTickAt, enabled });
      await addAuditEvent(client, caller, {
        action: 'trigger.create',
        subjectKind: 'trigger',
        subjectId: id,
        accountId,
        detail: { workflowId, definition, enabled },
      });
      return existingTrigger(client, id);
    });
    return triggerAnswer(created, now);
  } catch (error) {
    throw nameTaken(error, definition.name);
  }
});

/** Of a schedule that is switched on. */
export function firstTick(definition: TriggerDefinition, enabled: boolean, now: Date): Date | null {
  return definition.kind === 'schedule' && enabled ? nextTick(definition.schedule, now) : null;
}

export function nameTaken(error: unknown, name: string): unknown {
  if (!violates(error, 'trigger_workflow_id_name_key')) return error;
  return new MiddleError('conflict', `the workflow already has a trigger named “${name}”`, { cause: error });
}
