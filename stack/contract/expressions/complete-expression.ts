import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { expressionBody, place } from './expression.ts';

export const completeExpression = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/expressions/complete',
  summary: 'What may be written at a place of an expression, and what stands there',
  permission: 'records.read',
  params: accountParams,
  body: expressionBody.extend({ cursor: z.int().min(0) }),
  response: z.strictObject({
    suggestions: z
      .array(
        z.strictObject({
          ...place,
          kind: z.enum(['name', 'field', 'relation', 'function', 'value']),
          text: z.string().meta({ description: 'To put in place of what is there.' }),
          title: z.string(),
          type: z.string(),
          help: z.string().optional(),
          fits: z.boolean().meta({ description: 'Whether it is of the type that is wanted there.' }),
        }),
      )
      .meta({ description: 'What fits best first.' }),
    description: z
      .strictObject({ ...place, title: z.string(), type: z.string(), help: z.string().optional() })
      .nullable(),
  }),
});
