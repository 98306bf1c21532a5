import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compareDefinitions } from './compare.ts';
import { workflowDefinitionSchema } from './definition.ts';

const set = (key: string, value = '1') => ({ kind: 'set', key, title: key, variable: 'x', value });
const decision = (key: string, whenTrue: readonly object[], whenFalse: readonly object[] = []) => ({
  kind: 'decision',
  key,
  title: key,
  criteria: 'true',
  whenTrue,
  whenFalse,
});
const definition = (steps: readonly object[], more: object = {}) =>
  workflowDefinitionSchema.parse({ steps, ...more });

test('a definition doesn’t differ from itself', () => {
  const one = definition([decision('a', [set('b')], [set('c')]), set('d')]);
  assert.deepEqual(compareDefinitions(one, one), []);
});

test('a changed field of a step is told with both values, and the steps around it are not', () => {
  const before = definition([decision('a', [set('b', '1')])]);
  const after = definition([decision('a', [set('b', '2')])]);
  assert.deepEqual(compareDefinitions(before, after), [
    {
      part: 'step',
      key: 'b',
      title: 'b',
      change: 'changed',
      fields: [{ path: 'value', before: '1', after: '2' }],
      place: { before: 'steps[0].whenTrue[0]', after: 'steps[0].whenTrue[0]' },
    },
  ]);
});

test('what comes before a step and is new doesn’t move it', () => {
  const changes = compareDefinitions(
    definition([set('a'), set('b')]),
    definition([set('n'), set('a'), set('b')]),
  );
  assert.deepEqual(
    changes.map(({ key, change }) => [key, change]),
    [['n', 'added']],
  );
});

test('a step in another block, or out of its order, has moved', () => {
  const other = compareDefinitions(
    definition([decision('a', [set('b')]), set('c')]),
    definition([decision('a', [set('b'), set('c', '2')])]),
  );
  assert.deepEqual(
    other.map(({ key, change, fields }) => [key, change, fields.length]),
    [['c', 'moved', 1]],
  );
  const order = compareDefinitions(
    definition([set('a'), set('b'), set('c'), set('d')]),
    definition([set('d'), set('a'), set('b'), set('c')]),
  );
  assert.deepEqual(
    order.map(({ key, change }) => [key, change]),
    [['d', 'moved']],
  );
});

test('inputs, variables, connections, output and the time limit are looked at', () => {
  const before = definition([set('a')], {
    inputs: [{ key: 'i', title: 'I', type: { kind: 'text' } }],
    connections: [{ key: 's', title: 'S', app: 'shop' }],
  });
  const after = definition([set('a')], {
    inputs: [{ key: 'i', title: 'I', type: { kind: 'number' } }],
    variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '1' }],
    output: [{ key: 'o', title: 'O', value: 'variables.x' }],
    timeLimitSeconds: 60,
  });
  assert.deepEqual(
    compareDefinitions(before, after).map(({ part, key, change, fields }) => [
      part,
      key,
      change,
      fields.map(({ path }) => path),
    ]),
    [
      ['input', 'i', 'changed', ['type.kind']],
      ['connection', 's', 'removed', []],
      ['variable', 'x', 'added', []],
      ['output', 'o', 'added', []],
      ['workflow', '', 'changed', ['timeLimitSeconds']],
    ],
  );
});

test('with any order of the same steps, those that moved are as few as can be', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  fc.assert(
    fc.property(fc.shuffledSubarray(keys, { minLength: 6 }), (shuffled) => {
      const steps = keys.map((key) => set(key));
      const changes = compareDefinitions(definition(steps), definition(shuffled.map((key) => set(key))));
      const moved = new Set(changes.map(({ key }) => key));
      const stayed = shuffled.filter((key) => !moved.has(key));
      assert.deepEqual(stayed, [...stayed].sort());
      const longest = subsets(shuffled)
        .filter((one) => one.every((key, index) => index === 0 || (one[index - 1] ?? '') < key))
        .reduce((most, { length }) => Math.max(most, length), 0);
      assert.equal(stayed.length, longest);
    }),
  );
});

function subsets(list: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const item of list) all.push(...all.map((one) => [...one, item]));
  return all;
}
