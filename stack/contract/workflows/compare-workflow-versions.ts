import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { workflowParams } from './workflow.ts';

const side = z
  .string()
  .regex(/^(?:draft|current|[1-9]\d{0,8})$/, 'must be “draft”, “current” or the number of a version')
  .meta({ description: '“draft”, “current” (the version in force), or the number of a version.' });

export const definitionChange = z
  .strictObject({
    part: z.enum(['step', 'input', 'variable', 'connection', 'output', 'workflow']),
    key: z.string().meta({ description: 'Of the step, input, …; empty for the workflow itself.' }),
    title: z.string(),
    change: z.enum(['added', 'removed', 'changed', 'moved']),
    fields: z
      .array(
        z.strictObject({
          path: z.string().meta({ description: 'Within the part: input.name, retry.attempts.' }),
          before: z.unknown(),
          after: z.unknown(),
        }),
      )
      .meta({ description: 'What differs; of what was added or removed nothing.' }),
    place: z
      .strictObject({ before: z.string().nullable(), after: z.string().nullable() })
      .optional()
      .meta({ description: 'Of a step: where it was and is, steps[0].whenTrue[1]; null where it is not.' }),
  })
  .meta({ id: 'DefinitionChange' });

export const compareWorkflowVersions = defineEndpoint({
  method: 'GET',
  path: '/workflows/{workflowId}/comparison',
  summary: 'What differs between two versions, or a version and the draft',
  permission: 'workflows.read',
  params: workflowParams,
  query: z.strictObject({ from: side.default('current'), to: side.default('draft') }),
  response: list(definitionChange),
});
