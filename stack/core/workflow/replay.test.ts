import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../expression/check.ts';
import { evaluate } from '../expression/evaluate.ts';
import { MiddleError } from '../errors.ts';
import { compareReplay } from './comparison.ts';
import { workflowDefinitionSchema } from './definition.ts';
import type { Program } from './program.ts';
import { readsOf } from './reads.ts';
import { replay } from './replay.ts';
import type { RecordedExecution, RecordedStep, ReplayOptions, RunnableWorkflow } from './replay.ts';
import { scopesOf } from './scopes.ts';

const WORKFLOW = '0190a000-0000-7000-8000-000000000000';
const START = new Date('2026-01-31T10:00:00Z');
const ANY = { kind: 'any' } as const;

const BASE = {
  inputs: [{ key: 'n', title: 'N', type: ANY }],
  variables: [{ key: 'v', title: 'V', type: ANY, initial: 'null' }],
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  output: [{ key: 'v', title: 'V', value: 'variables.v' }],
};

/** A workflow with its expressions, without records. */
function runnable(steps: readonly object[]): RunnableWorkflow {
  const definition = workflowDefinitionSchema.parse({ ...BASE, steps });
  const surroundings = { recordTypes: new Map(), actions: new Map([['shop', []]]), workflows: new Map() };
  const scopes = scopesOf(definition, surroundings);
  const compiled = (place: Parameters<Program['evaluate']>[0], source: string) =>
    compile(source, {
      scope: typeof place === 'string' ? scopes[place] : (scopes.steps.get(place.step) ?? {}),
    });
  return {
    definition,
    surroundings,
    bindings: { shop: 'c1' },
    program: {
      reads(place, source, scope) {
        const found = compiled(place, source);
        return found.ok ? readsOf(found.expression, scope) : {};
      },
      async evaluate(place, source, scope, moment) {
        const found = compiled(place, source);
        if (!found.ok) throw new MiddleError('expression_invalid', found.problems[0]?.message ?? '');
        return Promise.resolve(evaluate(found.expression, { scope, ...moment }));
      },
    },
  };
}

function step(place: string, kind: string, more: Partial<RecordedStep> = {}): RecordedStep {
  const moments = { startedAt: START, ranAt: START };
  return {
    place,
    kind,
    state: 'succeeded',
    branch: null,
    input: null,
    output: null,
    error: null,
    reused: false,
    ...moments,
    ...more,
  };
}

function recorded(steps: readonly RecordedStep[], more: Partial<RecordedExecution> = {}): RecordedExecution {
  const end = { state: 'succeeded', output: { v: null }, error: null, endedIn: null } as const;
  return {
    id: WORKFLOW,
    cause: 'person',
    startedAt: START,
    inputs: { n: 1 },
    variables: null,
    steps,
    end,
    ...more,
  };
}

const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'v', value });
const call = (input: object) => ({ kind: 'call', key: 'inner', title: 'Inner', workflow: WORKFLOW, input });
const bulk = (filter: string, more: object = {}) => ({
  kind: 'bulk',
  key: 'all',
  title: 'All',
  workflow: WORKFLOW,
  source: { connection: 'shop', recordType: 'thing' },
  filter,
  ...more,
});

async function compared(
  execution: RecordedExecution,
  own: readonly object[],
  changed: readonly object[] = own,
  options: Partial<ReplayOptions> = {},
) {
  const replayed = await replay(execution, runnable(own), runnable(changed), {
    unknown: 'stop',
    outputs: {},
    ...options,
  });
  const { verdict, steps, end } = compareReplay(execution, replayed, (value) =>
    value === 'secret' ? '[protected]' : value,
  );
  return { verdict, steps, end, told: steps.map((one) => [one.place, one.verdict]) };
}

test('a call is asked for the same when its input is; which execution answered it is no part of that', async () => {
  const steps = [step('inner', 'call', { input: { execution: 'e1', a: 2 }, output: { b: 3 } })];
  const execution = recorded(steps);
  const same = await compared(execution, [call({ a: 'inputs.n + 1' })], [call({ a: 'inputs.n * 2' })]);
  assert.deepEqual([same.verdict, same.end.isSame], ['same', true]);
  const other = await compared(execution, [call({ a: 'inputs.n + 1' })], [call({ a: '5' })]);
  assert.deepEqual([other.verdict, other.told], ['unknown', [['inner', 'unknown']]]);
  assert.deepEqual(other.steps[0]?.recorded?.input, { a: 2 });
  const failing = await compared(execution, [call({ a: 'inputs.n + 1' })], [call({ a: 'inputs.n.x.y(' })]);
  assert.deepEqual([failing.verdict, failing.end.replayed?.error?.code], ['different', 'expression_invalid']);
});

test('a bulk step is asked for the same when what its expressions look at is', async () => {
  const output = { records: 3, begun: 3, succeeded: 3, failed: 0, cancelled: 0 };
  const steps = [step('first', 'set', { output: 7 }), step('all', 'bulk', { input: { version: 1 }, output })];
  const execution = recorded(steps, {
    end: { state: 'succeeded', output: { v: 7 }, error: null, endedIn: null },
  });
  const own = [set('first', '7'), bulk('variables.v > 3')];
  assert.equal(
    (await compared(execution, own, [set('first', '6 + 1'), bulk('variables.v > 3', { atOnce: 9 })])).verdict,
    'same',
  );
  const seen = await compared(execution, own, [set('first', '8'), bulk('variables.v > 3')]);
  assert.deepEqual(seen.told, [
    ['first', 'different'],
    ['all', 'unknown'],
  ]);
  const other = await compared(execution, own, [set('first', '7'), bulk('variables.v > 4')]);
  assert.deepEqual(other.told[1], ['all', 'unknown']);
});

test('steps that were taken over, or that the platform failed at, keep their outcome unless they are changed', async () => {
  const broken = { code: 'internal', message: 'no database', fault: 'platform' } as const;
  const taken = step('first', 'set', { output: 'from elsewhere', reused: true });
  const execution = recorded([taken, step('second', 'set', { state: 'failed', error: broken })], {
    end: { state: 'failed', output: null, error: broken, endedIn: 'second' },
  });
  const own = [set('first', 'execution.id'), set('second', '1')];
  assert.equal((await compared(execution, own)).verdict, 'same');
  const changed = await compared(execution, own, [set('first', '"x" + execution.id'), set('second', '2')]);
  assert.deepEqual(changed.told, [
    ['first', 'different'],
    ['second', 'different'],
  ]);
});

test('what was ended from outside ends there again; what is under way is open', async () => {
  const late = { code: 'execution_timeout', message: 'too long', fault: 'user' } as const;
  const own = [set('first', '1'), call({}), set('last', '2')];
  const first = step('first', 'set', { output: 1 });
  const timeout = recorded([first, step('inner', 'call', { state: 'failed', error: late })], {
    end: { state: 'failed', output: null, error: late, endedIn: 'inner' },
  });
  const again = await compared(timeout, own);
  assert.deepEqual([again.verdict, again.end.isSame, again.end.replayed], ['same', true, timeout.end]);
  const cancelled = recorded([first], {
    end: { state: 'cancelled', output: null, error: null, endedIn: null },
  });
  assert.equal((await compared(cancelled, own)).verdict, 'same');
  const open = recorded([first, step('inner', 'call', { state: 'waiting' })], { end: null });
  const under = await compared(open, own);
  assert.deepEqual([under.verdict, under.told[1], under.end.replayed], ['same', ['inner', 'open'], null]);
  const gone = await compared(open, own, [set('first', '1')]);
  assert.deepEqual([gone.verdict, gone.told[1]], ['different', ['inner', 'only_recorded']]);
});

test('another kind of step at a place, another error, a hint that is worded anew', async () => {
  const wrong = {
    code: 'expression_failed',
    message: 'criteria must give true or false, and gave 1',
    fault: 'user',
  } as const;
  const decision = (criteria: string) => ({ kind: 'decision', key: 'a', title: 'A', criteria });
  const execution = recorded([step('a', 'decision', { state: 'failed', error: { ...wrong, hint: 'old' } })], {
    end: { state: 'failed', output: null, error: wrong, endedIn: 'a' },
  });
  assert.equal((await compared(execution, [decision('inputs.n')])).verdict, 'same');
  const other = await compared(execution, [decision('inputs.n')], [set('a', '1')]);
  assert.deepEqual(other.steps[0]?.differences[0], { path: 'kind', recorded: 'decision', replayed: 'set' });
  const message = await compared(execution, [decision('inputs.n')], [decision('inputs.n + 1')]);
  assert.deepEqual(
    message.steps[0]?.differences.map(({ path }) => path),
    ['error.message'],
  );
});

test('protected values are hidden in what is told, and compared as they are', async () => {
  const execution = recorded([step('a', 'set', { output: 'secret' })], {
    inputs: { n: 'secret' },
    end: { state: 'succeeded', output: { v: '[protected]' }, error: null, endedIn: null },
  });
  const own = [set('a', 'inputs.n')];
  const hide = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replaceAll('secret', '[protected]'));
  const run = async (changed: readonly object[]) =>
    compareReplay(
      execution,
      await replay(execution, runnable(own), runnable(changed), { unknown: 'stop', outputs: {} }),
      hide,
    );
  assert.equal((await run(own)).verdict, 'same');
  const changed = await run([set('a', 'inputs.n + "s"')]);
  assert.deepEqual(changed.steps[0]?.differences, [
    { path: 'output', recorded: '[protected]', replayed: '[protected]s' },
  ]);
  assert.doesNotMatch(JSON.stringify(changed), /secret/);
});

test('a replay that takes too long says so, and a workflow whose variables fail ends at once', async () => {
  const execution = recorded([step('a', 'set', { output: 1 }), step('b', 'set', { output: 2 })]);
  let left = 1;
  const slow = await compared(execution, [set('a', '1'), set('b', '2')], [set('a', '1'), set('b', '2')], {
    mayGoOn: () => (left -= 1) >= 0,
  });
  assert.deepEqual([slow.verdict, slow.told[1]], ['unknown', ['b', 'unknown']]);
  assert.equal(slow.steps[1]?.why, 'the replay took too long');
  const own = runnable([set('a', '1')]);
  const broken = {
    ...own,
    definition: {
      ...own.definition,
      variables: own.definition.variables.map((one) => ({ ...one, initial: 'nope' })),
    },
  };
  const { result } = await replay(execution, own, broken, { unknown: 'stop', outputs: {} });
  assert.deepEqual(
    [result.end?.state, result.end?.error?.code, result.steps.length],
    ['failed', 'expression_invalid', 0],
  );
});

test('a wait for a record stands for itself as long as it waits for the same', async () => {
  const wait = (criteria: string, id = '"r1"') => ({
    kind: 'wait',
    key: 'ripe',
    title: 'Ripe',
    until: { kind: 'record', source: { connection: 'shop', recordType: 'thing' }, id, criteria },
  });
  const output = { met: true, record: { id: 'r1' } };
  const execution = recorded([step('ripe', 'wait', { input: { id: 'r1', until: 'x' }, output })]);
  assert.equal((await compared(execution, [wait('true')])).verdict, 'same');
  for (const changed of [wait('false'), wait('true', '"r2"')]) {
    assert.equal((await compared(execution, [wait('true')], [changed])).verdict, 'unknown');
  }
  const example = await compared(execution, [wait('true')], [{ ...wait('true'), key: 'other' }], {
    unknown: 'example',
  });
  assert.deepEqual(example.steps[0]?.replayed?.output, { met: true, record: null });
});

test('what a step asks for is found in lists, objects, choices and functions of its expressions', () => {
  const found = compile(
    '[inputs.n, {"a": variables.v}, true ? steps.a.output : -inputs.n, map([1], x, x + inputs.m[0])]',
    {
      scope: {
        inputs: { kind: 'any' },
        variables: { kind: 'any' },
        steps: { kind: 'any' },
      },
    },
  );
  assert.ok(found.ok, JSON.stringify(found));
  const scope = { inputs: { n: 1, m: [2] }, variables: {}, steps: { a: { output: 3 } } };
  assert.deepEqual(readsOf(found.expression, scope), {
    'inputs.n': 1,
    'variables.v': null,
    'steps.a.output': 3,
    'inputs.m': [2],
  });
});
