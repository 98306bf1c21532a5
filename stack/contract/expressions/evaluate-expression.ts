import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { expressionBody } from './expression.ts';

export const evaluateExpression = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/expressions/evaluate',
  summary: 'Work out an expression on real records',
  description: 'Changes nothing. Related records are read as the expression asks for them.',
  permission: 'records.read',
  params: accountParams,
  body: expressionBody.extend({
    records: z
      .record(z.string(), z.string().min(1).max(1024))
      .default({})
      .meta({ description: 'The id of the record that stands for each name whose type is a record.' }),
    values: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'The values of other names; null for those that are left out.' }),
  }),
  response: z.strictObject({ value: z.unknown(), words: z.string() }),
  errors: ['expression_invalid', 'expression_failed'],
});
