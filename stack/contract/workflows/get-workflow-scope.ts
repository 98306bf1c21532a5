import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { expressionType } from '../expressions/expression.ts';
import { bindings, draftBody, workflowParams } from './workflow.ts';

export const getWorkflowScope = defineEndpoint({
  method: 'POST',
  path: '/workflows/{workflowId}/scope',
  summary: 'What an expression at a place of a definition may name',
  description: 'For the endpoints of expressions, which take it as it is.',
  permission: 'workflows.read',
  params: workflowParams,
  body: draftBody.extend({
    place: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('step'), key: z.string().min(1).max(63) }),
      z.strictObject({ kind: z.literal('variables') }),
      z.strictObject({ kind: z.literal('output') }),
    ]),
  }),
  response: z.strictObject({
    scope: z.record(z.string(), expressionType).meta({
      description:
        'Of a step over records `record` too; its other expressions than the filter, the criteria and the input don’t see that.',
    }),
    connections: bindings,
  }),
});
