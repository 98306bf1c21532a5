import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflowDefinitionSchema } from '../workflow/definition.ts';
import { fromPortable, toPortable } from './portable.ts';

const THERE = '0198a6b0-0000-7000-8000-000000000001';
const HERE = '0198a6b0-0000-7000-8000-000000000002';
const call = (key: string, workflow: string) => ({
  kind: 'call',
  key,
  title: key,
  workflow,
  input: { kind: '"call"', workflow: '"x"' },
});
const definition = workflowDefinitionSchema.parse({
  steps: [
    {
      kind: 'decision',
      key: 'a',
      title: 'a',
      criteria: 'true',
      whenTrue: [call('b', THERE)],
      onError: [call('c', '')],
    },
    {
      kind: 'switch',
      key: 'd',
      title: 'd',
      value: '1',
      cases: [{ key: 'e', title: 'e', equals: ['1'], block: [call('f', THERE)] }],
    },
  ],
});

test('calls go by key through a file and lead to the other account’s workflows', () => {
  const file: unknown = JSON.parse(
    JSON.stringify(toPortable(definition, new Map([[THERE, 'notify']]), 'all')),
  );
  assert.ok(!JSON.stringify(file).includes(THERE));
  assert.ok(typeof file === 'object' && file !== null);
  const back = fromPortable({ ...file }, new Map([['notify', HERE]]), 'all');
  assert.deepEqual(back, JSON.parse(JSON.stringify(definition).replaceAll(THERE, HERE)));
});

test('a call out of the module is refused both ways', () => {
  assert.throws(() => toPortable(definition, new Map(), 'all'), { code: 'module_invalid' });
  const portable = toPortable(definition, new Map([[THERE, 'notify']]), 'all');
  assert.throws(() => fromPortable(portable, new Map(), 'all'), { code: 'module_invalid' });
});
