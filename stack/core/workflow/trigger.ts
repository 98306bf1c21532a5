import { z } from 'zod';
import { scheduleSchema } from './trigger-schedule.ts';

/** What a trigger of a workflow listens to, and what it does with what it hears. */

export const RECORD_EVENTS = ['created', 'updated'] as const;
export type RecordEvent = (typeof RECORD_EVENTS)[number];

const expression = z.string().trim().min(1, 'must not be empty').max(4_000);

const rules = {
  name: z.string().trim().min(1, 'must not be empty').max(120),
  input: z
    .record(z.string().max(63), expression)
    .default({})
    .meta({ description: 'For each input of the workflow an expression.' }),
  discard: expression
    .nullable()
    .default(null)
    .meta({ description: 'An expression: when true, nothing starts; it is only counted.' }),
};

export const recordTriggerSchema = z.strictObject({
  kind: z.literal('record'),
  ...rules,
  connectionId: z.uuid(),
  recordType: z.string().min(1).max(63),
  events: z
    .array(z.enum(RECORD_EVENTS))
    .min(1, 'must name at least one event')
    .max(RECORD_EVENTS.length)
    .meta({ description: 'created: stored for the first time. updated: stored with another content.' }),
  requeue: expression
    .nullable()
    .default(null)
    .meta({ description: 'An expression: when true, the record is looked at again later.' }),
  requeueSeconds: z.int().min(1).max(604_800).default(60),
  requeueAttempts: z.int().min(1).max(1_000).default(10).meta({
    description: 'Looked at again so often at the most; then it gives up, visibly.',
  }),
});

export const scheduleTriggerSchema = z.strictObject({
  kind: z.literal('schedule'),
  ...rules,
  schedule: scheduleSchema,
});

export const triggerDefinitionSchema = z
  .discriminatedUnion('kind', [recordTriggerSchema, scheduleTriggerSchema])
  .meta({ id: 'TriggerDefinition' });
export type TriggerDefinition = z.output<typeof triggerDefinitionSchema>;

/** The part of a trigger that is evaluated for each event. A schedule has nothing to look at again later. */
export interface TriggerRules {
  readonly input: Readonly<Record<string, string>>;
  readonly discard: string | null;
  readonly requeue: string | null;
}
