import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Succeeded } from './course.ts';
import { OUTPUT_MAX_BYTES, workflowDefinitionSchema } from './definition.ts';
import type { Step } from './definition.ts';
import { exampleOf } from './example-output.ts';
import { evaluateAll } from './mapping.ts';
import { isPure, waitsUntil, workOut } from './pure-step.ts';
import { errorOf, withinSize } from './step-outcome.ts';

/** Expressions here are JSON. */
const evaluate = (source: string): Promise<unknown> => Promise.resolve(JSON.parse(source));

function stepOf(more: object): Step {
  const { steps } = workflowDefinitionSchema.parse({ steps: [{ key: 'a', title: 'A', ...more }] });
  const [step] = steps;
  assert.ok(step !== undefined);
  return step;
}

async function given(more: object): Promise<Succeeded> {
  const step = stepOf(more);
  assert.ok(isPure(step));
  return workOut(step, evaluate);
}

test('decisions give true or false and the branch', async () => {
  const decision = (criteria: string) => given({ kind: 'decision', criteria });
  assert.deepEqual(await decision('true'), { state: 'succeeded', output: true, branch: 'whenTrue' });
  assert.deepEqual(await decision('false'), { state: 'succeeded', output: false, branch: 'whenFalse' });
  await assert.rejects(decision('null'), /criteria must give true or false, and gave null/);
});

test('a switch goes to the first case with an equal value, by value', async () => {
  const choose = (value: string) =>
    given({
      kind: 'switch',
      value,
      cases: [
        { key: 'one', title: 'One', equals: ['1', '[1, 2]'] },
        { key: 'two', title: 'Two', equals: ['1', '"x"'] },
      ],
    });
  assert.equal((await choose('1')).branch, 'one');
  assert.equal((await choose('[1, 2]')).branch, 'one');
  assert.equal((await choose('"x"')).branch, 'two');
  assert.deepEqual(await choose('"1"'), { state: 'succeeded', output: '1', branch: 'otherwise' });
});

test('variables, lists of items, and what is said at the end', async () => {
  assert.equal((await given({ kind: 'set', variable: 'v', value: '7' })).output, 7);
  assert.deepEqual((await given({ kind: 'each', items: '[1, 2]' })).output, [1, 2]);
  await assert.rejects(given({ kind: 'each', items: '{}' }), /items must give an array/);
  const many = JSON.stringify(Array(1_001).fill(0));
  await assert.rejects(given({ kind: 'each', items: many }), /got 1,001 items; the most is 1,000/);
  assert.equal((await given({ kind: 'stop', message: '"why"' })).output, 'why');
  assert.equal((await given({ kind: 'stop' })).output, null);
});

test('waits for a time are bounded, and refuse what is no time', async () => {
  const start = new Date('2026-01-31T10:00:00Z');
  const duration = (seconds: string) => waitsUntil({ kind: 'duration', seconds }, start, evaluate);
  const moment = (at: string) => waitsUntil({ kind: 'moment', at }, start, evaluate);
  assert.equal((await duration('90')).toISOString(), '2026-01-31T10:01:30.000Z');
  assert.equal((await moment('"2026-02-01T00:00:00+01:00"')).toISOString(), '2026-01-31T23:00:00.000Z');
  const latest = '2027-02-01T10:00:00.000Z';
  assert.equal((await duration('1e300')).toISOString(), latest);
  assert.equal((await moment('"9999-01-01"')).toISOString(), latest);
  for (const wrong of ['-1', 'null', '"soon"']) await assert.rejects(duration(wrong), /must give seconds/);
  for (const wrong of ['5', '"soon"']) await assert.rejects(moment(wrong), /must give a date and time/);
});

test('a mapping leaves out what is empty', async () => {
  assert.deepEqual(await evaluateAll({ a: '1', b: ' ', c: 'null' }, evaluate), { a: 1, c: null });
});

test('what is too large has failed, and whatever is thrown becomes an error of a step', () => {
  const large = withinSize({ state: 'succeeded', output: 'x'.repeat(OUTPUT_MAX_BYTES) });
  assert.equal(large.state === 'failed' ? large.error.code : '', 'execution_limit');
  const small = { state: 'succeeded', output: 1 } as const;
  assert.equal(withinSize(small), small);
  const error = errorOf(new TypeError('odd'));
  assert.deepEqual(error, { code: 'internal', message: 'odd', fault: 'platform' });
  const failed = { state: 'failed', error } as const;
  assert.equal(withinSize(failed), failed);
});

test('an example has the type that it is an example of', () => {
  const key = (of: string) => ({ key: of, title: of });
  const kinds = ['text', 'number', 'boolean', 'date', 'datetime', 'any'] as const;
  const fields = kinds.map((kind) => ({ ...key(kind), type: { kind } }));
  assert.deepEqual(exampleOf({ kind: 'array', of: { kind: 'object', fields } }), [
    {
      text: 'text',
      number: 1,
      boolean: true,
      date: '2026-01-31',
      datetime: '2026-01-31T10:00:00Z',
      any: null,
    },
  ]);
  assert.deepEqual(exampleOf({ kind: 'array', of: { kind: 'any' } }), []);
  assert.equal(exampleOf({ kind: 'record', connection: 'c', recordType: 'r' }), null);
});
