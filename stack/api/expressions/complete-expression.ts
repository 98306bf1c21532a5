import { completeExpression as endpoint } from '@middle/contract/expressions/complete-expression.ts';
import { complete, describe } from '@middle/core/expression/complete.ts';
import { handler } from '../call.ts';
import { sightOf } from './sight.ts';

export const completeExpression = handler(endpoint, async ({ deps, accountId, body }) => {
  const { options } = await sightOf(deps.database, accountId, body);
  const { source } = body;
  const cursor = Math.min(body.cursor, source.length);
  return { suggestions: complete(source, cursor, options), description: describe(source, cursor, options) };
});
