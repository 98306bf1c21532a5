import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputProblems } from './inputs.ts';
import { workflowDefinitionSchema } from './definition.ts';

const { inputs } = workflowDefinitionSchema.parse({
  inputs: [
    { key: 'name', title: 'Name', type: { kind: 'text' } },
    { key: 'day', title: 'Day', type: { kind: 'date' }, required: false },
    { key: 'at', title: 'At', type: { kind: 'datetime' }, required: false },
    {
      key: 'lines',
      title: 'Lines',
      required: false,
      type: {
        kind: 'array',
        of: { kind: 'object', fields: [{ key: 'amount', title: 'Amount', type: { kind: 'number' } }] },
      },
    },
    { key: 'free', title: 'Free', type: { kind: 'any' }, required: false },
  ],
});

test('what fits has no problems, and what is not needed may be left out or null', () => {
  assert.deepEqual(inputProblems(inputs, { name: 'A' }), []);
  assert.deepEqual(
    inputProblems(inputs, {
      name: 'A',
      day: '2026-02-28',
      at: '2026-02-28T10:00:00+01:00',
      lines: [{ amount: 1, more: true }],
      free: [1, { x: null }],
    }),
    [],
  );
  assert.deepEqual(inputProblems(inputs, { name: 'A', day: null }), []);
});

test('each problem says where it is and what it must be', () => {
  const wrong = { name: 3, day: '2026-02-30x', at: 'yesterday', lines: [{ amount: 1 }, { amount: 'x' }, 7] };
  assert.deepEqual(inputProblems(inputs, wrong), [
    { path: 'name', message: 'must be text, and is a number' },
    { path: 'day', message: 'must be a date, and is another text' },
    { path: 'at', message: 'must be a date and time, and is another text' },
    { path: 'lines[1].amount', message: 'must be a number, and is another text' },
    { path: 'lines[2]', message: 'must be an object, and is a number' },
  ]);
  assert.deepEqual(inputProblems(inputs, {}), [
    { path: 'name', message: 'is needed and is missing; it must be text' },
  ]);
});

test('an input that there is none of is refused, with the one that was meant', () => {
  assert.deepEqual(inputProblems(inputs, { name: 'A', nmae: 'B' }), [
    { path: 'nmae', message: 'is no input of this workflow; did you mean name?' },
  ]);
  assert.deepEqual(inputProblems([], { x: 1 }), [
    { path: 'x', message: 'is no input: this workflow has none' },
  ]);
});

test('a value is never shown: it may be a protected one', () => {
  const [problem] = inputProblems(inputs, { name: ['hunter2'] });
  assert.ok(problem !== undefined && !problem.message.includes('hunter2'));
});
