import { checkExpression as endpoint } from '@middle/contract/expressions/check-expression.ts';
import { compile } from '@middle/core/expression/check.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import { handler } from '../call.ts';
import { sightOf } from './sight.ts';

export const checkExpression = handler(endpoint, async ({ deps, accountId, body }) => {
  const { options } = await sightOf(deps.database, accountId, body);
  const compiled = compile(body.source, options);
  if (!compiled.ok) return { type: null, words: '', problems: [...compiled.problems] };
  const { type } = compiled.expression;
  return { type, words: wordsOf(type), problems: [] };
});
