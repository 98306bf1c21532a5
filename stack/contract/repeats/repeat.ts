import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { z } from 'zod';

const stepKey = z.string().min(1).max(200);

/** Which workflow an execution is held against. */
export const against = z
  .union([
    z.int().min(1),
    z.enum(['recorded', 'current', 'draft']),
    workflowDefinitionSchema.meta({ id: 'WorkflowDefinition' }),
  ])
  .meta({
    description:
      'A version by its number; `recorded`: the one it ran with; `current`: the one in force; `draft`: as it is saved; or a definition.',
  });

export const unknownPolicy = z.enum(['stop', 'recorded', 'example']).default('recorded').meta({
  description:
    'What a step gives that the changed workflow asks for something else, so that nobody can know. `stop`: the replay ends there. `recorded`: what it gave for the other input, and where it gave nothing the replay ends. `example`: the same, and where it gave nothing an example made from its output form.',
});

export const givenOutputs = z.record(stepKey, z.unknown()).default({}).meta({
  description:
    'What steps that touch the outside give, by their key, or by their place for one turn of a for each: `notify[1]`.',
});

/** Which version the repeat of an execution gets. */
export const repeatVersion = z.enum(['recorded', 'current']).default('current').meta({
  description: '`recorded`: the one that the execution ran with; `current`: the one in force now.',
});

export const stepFailure = z.strictObject({
  code: z.string(),
  message: z.string(),
  fault: z.string(),
  hint: z.string().optional(),
});

export const stepKind = z.string().meta({ description: 'decision, switch, action, set, each, wait, …' });

export const executionEnding = z.strictObject({
  state: z.enum(['succeeded', 'failed', 'cancelled']),
  output: z.unknown(),
  error: stepFailure.nullable(),
  endedIn: z
    .string()
    .nullable()
    .meta({ description: 'The place that ended it; null: the last step was passed.' }),
});
