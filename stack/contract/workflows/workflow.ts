import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { z } from 'zod';
import { name, timestamp, uuid } from '../shared.ts';

export const workflowParams = z.strictObject({ workflowId: uuid });
export const versionParams = workflowParams.extend({ version: z.coerce.number<number>().int().min(1) });

/** Inputs, steps and output, as data; expressions are text. Steps hold blocks of steps. */
export const workflowDefinition = workflowDefinitionSchema.meta({ id: 'WorkflowDefinition' });

const slotKey = z.string().min(1).max(63);
export const bindings = z.record(slotKey, uuid).meta({
  description: 'Which connection of the account fills each slot of the definition.',
});

const notes = z.string().max(10_000);
const atOnce = z
  .int()
  .min(1)
  .max(10_000)
  .nullable()
  .meta({ description: 'Executions of it under way at a time; null: no limit of its own.' });
const priority = z
  .int()
  .min(-10)
  .max(10)
  .meta({ description: 'Higher goes first, among the workflows of its account.' });

const shown = {
  id: uuid,
  accountId: uuid,
  name: z.string(),
  notes: z.string(),
  enabled: z.boolean().meta({ description: 'Off: nothing of it starts, and what waits goes on waiting.' }),
  version: z.int().nullable().meta({ description: 'The published version in force; null: none yet.' }),
  publishedAt: timestamp.nullable(),
  isDraftChanged: z.boolean().meta({ description: 'Whether the draft differs from the version in force.' }),
  atOnce,
  priority,
  createdAt: timestamp,
  module: z.strictObject({ key: z.string(), title: z.string(), version: z.int() }).nullable().meta({
    description:
      'The module that it is a copy of: then only its switch and its limits may be changed. Null: the account’s own.',
  }),
};

export const workflowSummary = z
  .strictObject({
    ...shown,
    steps: z.int().meta({ description: 'How many the draft has, those within others included.' }),
    triggers: z.int(),
    enabledTriggers: z.int(),
    open: z.int().meta({ description: 'Executions under way, counted up to 1,000.' }),
  })
  .meta({ id: 'WorkflowSummary' });

export const workflow = z
  .strictObject({
    ...shown,
    bindings,
    draft: workflowDefinition,
    draftRevision: z.int().meta({ description: 'Grows with each save. A save names the one it began from.' }),
    draftSavedBy: z.string(),
    draftSavedAt: timestamp,
  })
  .meta({ id: 'Workflow' });

export const newWorkflow = z.strictObject({
  name,
  notes: notes.default(''),
  draft: workflowDefinition.prefault({}),
  bindings: bindings.default({}),
  atOnce: atOnce.default(null),
  priority: priority.default(0),
});

export const workflowChange = z.strictObject({
  name: name.optional(),
  notes: notes.optional(),
  enabled: z.boolean().optional(),
  bindings: bindings.optional(),
  atOnce: atOnce.optional(),
  priority: priority.optional(),
});

export const workflowProblem = z
  .strictObject({
    path: z.string().meta({ description: 'Where in the definition: steps[0].whenTrue[1].criteria.' }),
    step: z.string().nullable().meta({ description: 'The key of the step; null when it is of no step.' }),
    message: z.string(),
    start: z.int().optional().meta({ description: 'Within the expression there, from 0.' }),
    end: z.int().optional(),
    suggestion: z.string().optional().meta({ description: 'What to write there instead.' }),
  })
  .meta({ id: 'WorkflowProblem' });

/** A definition that is being made; without bindings those that are saved. */
export const draftBody = z.strictObject({ definition: workflowDefinition, bindings: bindings.optional() });

export const workflowVersion = z
  .strictObject({
    version: z.int(),
    notes: z.string(),
    publishedBy: z.string(),
    publishedAt: timestamp,
    isInForce: z.boolean(),
  })
  .meta({ id: 'WorkflowVersion' });

export const publishNotes = notes.default('');
