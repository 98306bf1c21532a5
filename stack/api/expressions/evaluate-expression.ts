import { evaluateExpression as endpoint } from '@middle/contract/expressions/evaluate-expression.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { compile } from '@middle/core/expression/check.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import type { Database } from '@middle/store/database.ts';
import { evaluateRelated, presentRelatives } from '@middle/store/executions/related.ts';
import { readRecord } from '@middle/store/executions/sources.ts';
import { handler } from '../call.ts';
import { sightOf } from './sight.ts';
import type { Sight } from './sight.ts';

export const evaluateExpression = handler(endpoint, async ({ deps, accountId, body }) => {
  const sight = await sightOf(deps.database, accountId, body);
  const compiled = compile(body.source, sight.options);
  if (!compiled.ok) {
    const { problems } = compiled;
    throw new MiddleError('expression_invalid', problems[0]?.message ?? 'the expression is wrong', {
      data: { problems },
    });
  }
  const named = Object.entries(body.records).map(
    async ([name, id]) => [name, await recordFor(deps.database, sight, name, id)] as const,
  );
  const scope = { ...body.values, ...Object.fromEntries(await Promise.all(named)) };
  const { expression } = compiled;
  const options = { scope, now: deps.clock.now(), seed: accountId };
  const relatives = presentRelatives(deps);
  const connectionOf = { ...sight.own, ...body.connections };
  const value = await evaluateRelated(relatives, expression, options, connectionOf);
  return { value, words: wordsOf(expression.type) };
});

async function recordFor(database: Database, sight: Sight, name: string, id: string): Promise<object> {
  const { scope } = sight.options;
  const type = Object.hasOwn(scope, name) ? scope[name] : undefined;
  if (type?.kind !== 'record') {
    throw new MiddleError('request_invalid', `${name} stands for no record in the scope`, {
      hint: 'Give its value in `values`, or its type as a record in `scope`.',
    });
  }
  const connection = sight.connectionOf(type.connection);
  const set = sight.sets.find(
    (one) => one.connectionId === connection && one.recordType.key === type.recordType,
  );
  const record = set === undefined ? null : await readRecord(database, set.id, id);
  if (record === null)
    throw new MiddleError('not_found', `there is no record ${id} of the type ${type.recordType}`);
  return record.data;
}
