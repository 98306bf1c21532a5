import {
  recordTriggerSchema,
  scheduleTriggerSchema,
  triggerDefinitionSchema,
} from '@middle/core/workflow/trigger.ts';
import { z } from 'zod';
import { dataKey, timestamp, uuid } from '../shared.ts';

/** As it was saved. A record trigger whose connection was deleted has none any more. */
const shownDefinition = z.discriminatedUnion('kind', [
  recordTriggerSchema.extend({ connectionId: uuid.nullable(), recordType: dataKey.nullable() }),
  scheduleTriggerSchema,
]);

export const triggerCounts = z
  .strictObject({
    started: z.int(),
    discarded: z.int(),
    requeued: z.int().meta({ description: 'Events put back to be looked at again, each counted once.' }),
    gaveUp: z.int(),
    failed: z.int().meta({ description: 'Their expressions failed; each left a failed execution.' }),
  })
  .meta({ id: 'TriggerCounts' });

export const trigger = z
  .strictObject({
    id: uuid,
    workflowId: uuid,
    accountId: uuid,
    definition: shownDefinition,
    enabled: z.boolean(),
    deaf: z
      .array(z.enum(['off', 'account_off', 'workflow_off', 'not_published', 'connection_deleted']))
      .meta({ description: 'Why it hears nothing now; empty: it listens.' }),
    nextTicks: z.array(timestamp).meta({ description: 'Of a schedule that is switched on: the next five.' }),
    lastDay: triggerCounts.meta({ description: 'Of the last 24 hours.' }),
    waiting: z.int().meta({ description: 'Events to be looked at again, counted up to 1,000.' }),
    gaveUp: z.int().meta({ description: 'Events that gave up and are still kept, counted up to 1,000.' }),
    createdAt: timestamp,
    isOfModule: z.boolean().meta({
      description: 'Whether it came with a module: then only its switch may be changed.',
    }),
  })
  .meta({ id: 'Trigger' });

export const triggerProblem = z
  .strictObject({
    place: z.string().meta({ description: 'name, connectionId, recordType, discard, requeue or input.KEY.' }),
    start: z.int().meta({ description: 'Where in the expression, from 0.' }),
    end: z.int(),
    message: z.string(),
    suggestion: z.string().optional().meta({ description: 'What to write there instead.' }),
  })
  .meta({ id: 'TriggerProblem' });

export const newTrigger = z.strictObject({
  definition: triggerDefinitionSchema,
  enabled: z.boolean().default(false),
});

export const triggerChange = z.strictObject({
  definition: triggerDefinitionSchema.optional(),
  enabled: z.boolean().optional(),
});

const example = z.strictObject({
  recordId: z.string(),
  version: z.int(),
  event: z.enum(['created', 'updated']),
  changedAt: timestamp,
  outcome: z.enum(['started', 'discarded', 'requeued', 'failed']),
  input: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What the workflow would have got.' }),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

/** What a trigger would have done; nothing was started. */
export const trial = z
  .strictObject({
    changes: z.int().meta({ description: 'How many changes of the wanted events it looked at.' }),
    since: timestamp.nullable().meta({ description: 'When the oldest of them happened.' }),
    started: z.int(),
    discarded: z.int(),
    requeued: z.int(),
    failed: z.int(),
    examples: z.array(example).meta({ description: 'The newest of each outcome, ten at the most.' }),
  })
  .meta({ id: 'TriggerTrial' });

export const TRIAL_MOST = 1_000;
export const trialLimit = z
  .int()
  .min(1)
  .max(TRIAL_MOST)
  .default(100)
  .meta({ description: 'How many of the records that changed last; of each its last change.' });

export const requeuedEvent = z
  .strictObject({
    id: uuid,
    recordId: z.string(),
    version: z.int(),
    event: z.enum(['created', 'updated']),
    state: z.enum(['waiting', 'gave_up']),
    attempts: z.int(),
    nextAt: timestamp.nullable().meta({ description: 'When it is looked at again.' }),
    gaveUpAt: timestamp.nullable(),
    reason: z.string().nullable(),
    changedAt: timestamp,
    requeuedAt: timestamp,
  })
  .meta({ id: 'RequeuedEvent' });

export const triggerParams = z.strictObject({ triggerId: uuid });
export const triggersOfWorkflow = z.strictObject({ workflowId: uuid });
