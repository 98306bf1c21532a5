import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MiddleError } from '../errors.ts';
import { repeatedInput, stepsTakenOver } from './again.ts';
import { workflowDefinitionSchema } from './definition.ts';
import type { RecordedStep } from './replay.ts';

const AT = new Date('2026-01-31T10:00:00Z');

function step(place: string, kind: string, more: Partial<RecordedStep> = {}): RecordedStep {
  const moments = { startedAt: AT, ranAt: AT };
  const base = { branch: null, input: null, output: null, error: null, reused: false };
  return { place, kind, state: 'succeeded', ...base, ...moments, ...more };
}

const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'v', value });
const definition = (steps: readonly object[], initial = 'null') =>
  workflowDefinitionSchema.parse({
    variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial }],
    steps,
  });

function reasonOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof MiddleError) return [error.data['reason'], error.data['place']];
    throw error;
  }
  return null;
}

const each = (onError: readonly object[] | null) => ({
  kind: 'each',
  key: 'lines',
  title: 'Lines',
  items: '[1, 2]',
  onItemError: 'continue',
  block: [{ ...set('a', 'item'), onError }, set('b', '1')],
});

test('what came before is taken over when the version comes to the place the same way', () => {
  const own = definition([each([set('fix', '2')]), set('last', '3')]);
  const error = { code: 'expression_failed', message: 'no', fault: 'user' } as const;
  const log = [
    step('lines', 'each', { output: [1, 2] }),
    step('a[0]', 'set', { state: 'failed', error }),
    step('fix[0]', 'set'),
    step('b[0]', 'set'),
    step('a[1]', 'set'),
    step('b[1]', 'set', { state: 'failed', error }),
    step('last', 'set', { state: 'failed', error }),
  ];
  assert.equal(stepsTakenOver(log, 'last', own, own).length, 6);
  assert.equal(stepsTakenOver(log, 'lines', own, own).length, 0);
  assert.deepEqual(
    reasonOf(() => stepsTakenOver(log, 'x', own, own)),
    ['place_missing', 'x'],
  );
  const retitled = definition([{ ...each([set('fix', '2')]), title: 'Other' }, set('last', '99')]);
  assert.equal(stepsTakenOver(log, 'last', own, retitled).length, 6);
  const unhandled = definition([each(null), set('last', '3')]);
  assert.equal(stepsTakenOver(log, 'a[0]', own, unhandled).length, 1);
  assert.deepEqual(
    reasonOf(() => stepsTakenOver(log, 'last', own, unhandled)),
    ['prefix_differs', 'fix[0]'],
  );
  const other = definition([each([set('fix', '7')]), set('last', '3')]);
  assert.deepEqual(
    reasonOf(() => stepsTakenOver(log, 'last', own, other)),
    ['prefix_differs', 'fix[0]'],
  );
  const shorter = definition([each([set('fix', '2')])]);
  assert.deepEqual(
    reasonOf(() => stepsTakenOver(log, 'last', own, shorter)),
    ['prefix_differs', 'last'],
  );
  const begun = definition([each([set('fix', '2')]), set('last', '3')], '0');
  assert.deepEqual(
    reasonOf(() => stepsTakenOver(log, 'last', own, begun)),
    ['prefix_differs', 'v'],
  );
});

test('a version gets the inputs that it declares, and refuses what does not fit', () => {
  const { inputs } = workflowDefinitionSchema.parse({
    inputs: [
      { key: 'n', title: 'N', type: { kind: 'number' } },
      { key: 'm', title: 'M', type: { kind: 'text' }, required: false },
    ],
  });
  assert.deepEqual(repeatedInput(inputs, { n: 1, gone: 2 }), { n: 1 });
  assert.deepEqual(
    reasonOf(() => repeatedInput(inputs, { n: 'x' })),
    ['input_misfit', undefined],
  );
  assert.deepEqual(
    reasonOf(() => repeatedInput(inputs, {})),
    ['input_misfit', undefined],
  );
});
