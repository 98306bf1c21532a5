import type { trigger } from '@middle/contract/triggers/trigger.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { nextTicks } from '@middle/core/workflow/trigger-schedule.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getTrigger } from '@middle/store/triggers/triggers.ts';
import type { TriggerView } from '@middle/store/triggers/triggers.ts';
import type { z } from 'zod';
import type { Sendable } from '../call.ts';

type Answer = Sendable<z.output<typeof trigger>>;

export const TICKS_SHOWN = 5;

export async function existingTrigger(db: Queryable, id: string): Promise<TriggerView> {
  const view = await getTrigger(db, id);
  if (view === null) throw new MiddleError('not_found', `there is no trigger ${id}`);
  return view;
}

/** @throws MiddleError module_managed */
export function requireOwnTrigger({ name, moduleTrigger }: TriggerView, what: string): void {
  if (moduleTrigger === null) return;
  throw new MiddleError('module_managed', `the trigger “${name}” came with a module: ${what}`, {
    hint: 'Add a trigger of the account’s own beside it for what it should do otherwise.',
  });
}

export function triggerAnswer(view: TriggerView, now: Date): Answer {
  const { id, workflowId, accountId, enabled, lastDay, waiting, gaveUp, createdAt, moduleTrigger } = view;
  return {
    id,
    workflowId,
    accountId,
    definition: definitionOf(view),
    enabled,
    deaf: deafness(view),
    nextTicks: enabled && view.schedule !== null ? nextTicks(view.schedule, now, TICKS_SHOWN) : [],
    lastDay,
    waiting,
    gaveUp,
    createdAt,
    isOfModule: moduleTrigger !== null,
  };
}

function definitionOf(view: TriggerView): Answer['definition'] {
  const { name, input, discard } = view;
  if (view.schedule !== null) return { kind: 'schedule', name, input, discard, schedule: view.schedule };
  const { connectionId, recordType, events, requeue, requeueSeconds, requeueAttempts } = view;
  const rules = { name, input, discard, requeue, requeueSeconds, requeueAttempts };
  return { kind: 'record', ...rules, connectionId, recordType, events };
}

function deafness(view: TriggerView): Answer['deaf'] {
  return [
    ...(view.enabled ? [] : ['off' as const]),
    ...(view.accountEnabled ? [] : ['account_off' as const]),
    ...(view.workflowEnabled ? [] : ['workflow_off' as const]),
    ...(view.isPublished ? [] : ['not_published' as const]),
    ...(view.kind === 'record' && view.recordSetId === null ? ['connection_deleted' as const] : []),
  ];
}
