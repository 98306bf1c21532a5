import { evaluateExpression as endpoint } from '@middle/contract/expressions/evaluate-expression.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { compile } from '@middle/core/expression/check.ts';
import type { Checked } from '@middle/core/expression/checked.ts';
import { evaluate } from '@middle/core/expression/evaluate.ts';
import type { EvaluateOptions } from '@middle/core/expression/evaluate.ts';
import { wordsOf } from '@middle/core/expression/types.ts';
import type { Database } from '@middle/store/database.ts';
import { readRecord } from '@middle/store/executions/sources.ts';
import { RelatedCache } from '@middle/store/triggers/related.ts';
import { handler } from '../call.ts';
import type { Deps } from '../deps.ts';
import { sightOf } from './sight.ts';
import type { Sight } from './sight.ts';

/** Relations of relations: each is one more round of fetching. */
const ROUNDS_MOST = 10;

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
  const value = await workOut(deps, sight, expression, { scope, now: deps.clock.now(), seed: accountId });
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

/** Tried until every related record that it asks for is there. */
async function workOut(
  { database, search }: Deps,
  sight: Sight,
  expression: Checked,
  options: Omit<EvaluateOptions, 'related'>,
): Promise<unknown> {
  const cache = new RelatedCache(database, search);
  const related: EvaluateOptions['related'] = (relation, record) =>
    cache.get({ ...relation, connection: sight.connectionOf(relation.connection) }, record);
  for (let round = 0; round < ROUNDS_MOST; round += 1) {
    const outcomes: Outcome[] = [];
    const isFinished = cache.isFinished(() => {
      outcomes.push(attempt(() => evaluate(expression, { ...options, related })));
    });
    const outcome = outcomes[0];
    // What failed while something was still missing may not fail once it is there.
    if (isFinished && outcome !== undefined) {
      if (outcome.isFailed) throw outcome.error;
      return outcome.value;
    }
    await cache.fetch();
  }
  throw new MiddleError('expression_failed', `it goes through more than ${ROUNDS_MOST} relations`, {
    hint: 'Use fewer relations of relations in one expression.',
  });
}

type Outcome =
  | { readonly isFailed: false; readonly value: unknown }
  | { readonly isFailed: true; readonly error: unknown };

function attempt(work: () => unknown): Outcome {
  try {
    return { isFailed: false, value: work() };
  } catch (error) {
    return { isFailed: true, error };
  }
}
