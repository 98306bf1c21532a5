import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { expressionBody, expressionProblem, expressionType } from './expression.ts';

export const checkExpression = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/expressions/check',
  summary: 'Check an expression: what it gives, or what is wrong with it',
  permission: 'records.read',
  params: accountParams,
  body: expressionBody,
  response: z.strictObject({
    type: expressionType.nullable().meta({ description: 'Null: there are problems.' }),
    words: z.string().meta({ description: 'The type as people read it; empty when there are problems.' }),
    problems: z.array(expressionProblem),
  }),
});
