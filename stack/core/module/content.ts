import { z } from 'zod';
import { recordTriggerSchema, scheduleTriggerSchema } from '../workflow/trigger.ts';

/**
 * What a module is, as data that knows no account: workflows call each other by key, triggers listen to slots. It is
 * what a file holds and what a published version keeps.
 */
export const MODULE_FORMAT = 'middle.module/1';

export const moduleKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits and hyphens');
/** Of a workflow, a trigger or a feature within a module. */
const partKey = moduleKey;
/** Of a slot or a variable: the same as in the workflows. */
const dataKey = z.string().min(1).max(63);
const title = z.string().trim().min(1, 'must not be empty').max(120);
const text = z.string().max(10_000).default('');

const connection = z.strictObject({ key: dataKey, title, app: z.string().min(1).max(63) });

const variable = z.strictObject({
  key: dataKey,
  title,
  description: text,
  /** Absent: each account gives its own. */
  default: z.unknown().optional(),
});

const inModule = { key: partKey };
const trigger = z.discriminatedUnion('kind', [
  recordTriggerSchema.omit({ connectionId: true }).extend({ ...inModule, connection: dataKey }),
  scheduleTriggerSchema.extend(inModule),
]);

const workflow = z.strictObject({
  key: partKey,
  name: title,
  notes: text,
  /** For new copies; an account may change them in its own. */
  atOnce: z.int().min(1).max(10_000).nullable().default(null),
  priority: z.int().min(-10).max(10).default(0),
  /** A workflow definition whose calls name the workflows of the module by their keys. */
  definition: z.record(z.string(), z.unknown()),
  triggers: z.array(trigger).max(100).default([]),
});

const feature = z.strictObject({
  key: partKey,
  title,
  description: text,
  /** What these call comes along by itself. */
  workflows: z.array(partKey).min(1, 'must name at least one workflow').max(200),
});

export const moduleContentSchema = z.strictObject({
  format: z.literal(MODULE_FORMAT),
  key: moduleKey,
  title,
  description: text,
  connections: z.array(connection).max(50).default([]),
  variables: z.array(variable).max(100).default([]),
  workflows: z.array(workflow).min(1, 'must hold at least one workflow').max(200),
  features: z.array(feature).min(1, 'must have at least one feature').max(100),
});

export type ModuleContent = z.output<typeof moduleContentSchema>;
export type ModuleWorkflow = z.output<typeof workflow>;
export type ModuleTrigger = z.output<typeof trigger>;
export type ModuleFeature = z.output<typeof feature>;
export type ModuleVariable = z.output<typeof variable>;
export type ModuleConnection = z.output<typeof connection>;
