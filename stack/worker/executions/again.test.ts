import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { FunctionCall } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { readFamily } from '@middle/store/executions/again.ts';
import { Replays } from '@middle/store/executions/replay.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { again, publishAgain, repeatDeps } from '../testing/repeats.ts';
import { ok, shop, wrong } from '../testing/shop.ts';

const order = (key: string, customer: string, more: object = {}) => ({
  kind: 'action',
  key,
  title: key,
  connection: 'shop',
  action: 'create-order',
  input: { customer },
  retry: { attempts: 1 },
  ...more,
});
const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'v', value });

/** Its first values are random, so that steps that saw them would notice others. */
const DEFINITION = {
  inputs: [
    { key: 'name', title: 'Name', type: { kind: 'text' } },
    { key: 'secret', title: 'Secret', type: { kind: 'text' }, required: false, protected: true },
  ],
  variables: [
    { key: 'batch', title: 'Batch', type: { kind: 'text' }, initial: 'uuid()' },
    { key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' },
  ],
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  steps: [
    set('mark', 'variables.batch'),
    order('first', 'inputs.name', { input: { customer: 'inputs.name', note: 'inputs.secret' } }),
    order('second', 'steps.first.output.id + variables.batch'),
  ],
  output: [
    { key: 'batch', title: 'Batch', value: 'variables.batch' },
    { key: 'id', title: 'Id', value: 'steps.second.output.id' },
  ],
};

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MiddleError) return [error.code, error.data['reason'], error.data['place']];
    throw error;
  }
  throw new Error('it was not refused');
}

/** Fails the second action until it is told to work. */
async function failing(stack: ExecutionWorld, cleanup: AsyncDisposableStack) {
  const { connectionId, functions } = await shop(stack, cleanup);
  const calls: FunctionCall[] = [];
  let works = false;
  stack.executor({
    pollMilliseconds: 20,
    functions: functions((call) => {
      calls.push(call);
      const { customer }: { customer?: string } = Object(call.input);
      const isSecond = customer !== 'Ann';
      return Promise.resolve(isSecond && !works ? wrong('function_error') : ok({ id: `o${calls.length}` }));
    }),
  });
  const bindings = { shop: connectionId };
  const workflow = await stack.workflow(DEFINITION, { bindings });
  const sealed = Buffer.from(JSON.stringify({ secret: 'hunter22' }));
  const id = await stack.start(workflow, { name: 'Ann', secret: '[protected]' }, { sealed });
  const ended = await stack.ended(id);
  assert.deepEqual([ended.state, ended.endedIn], ['failed', 'second']);
  return { id, workflow, calls, letWork: (): void => void (works = true) };
}

async function stored(stack: ExecutionWorld, id: string) {
  const { rows } = await stack.owner.query<{ place: string; reused: boolean; output: unknown }>(
    sql`select place, reused, output from middle.step_run where execution_id = ${id} order by sequence`,
  );
  return rows;
}

describe('an execution that runs again', { timeout: 120_000 }, () => {
  test('from a step: what came before is taken over, nothing of it is called again', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, calls, letWork } = await failing(stack, cleanup);
    letWork();
    const repeat = await again(stack, id, { from: 'second', version: 'recorded' });
    const ended = await stack.ended(repeat);
    assert.equal(ended.error, null);
    assert.equal(calls.length, 3, 'the first action was called once');
    const [before, after] = [await stored(stack, id), await stored(stack, repeat)];
    assert.deepEqual(
      after.map(({ place, reused }) => [place, reused]),
      [
        ['mark', true],
        ['first', true],
        ['second', false],
      ],
    );
    assert.deepEqual(after[0]?.output, before[0]?.output);
    // The variable is as the steps before saw it, and what the action got is what it got before.
    const { batch }: { batch?: string } = Object(ended.output);
    assert.equal(batch, before[0]?.output);
    assert.deepEqual(calls[2]?.input, calls[1]?.input);
    assert.notEqual(calls[2]?.idempotencyKey, calls[1]?.idempotencyKey, 'a repeat has keys of its own');
    const family = await readFamily(stack.database, repeat, 10);
    assert.deepEqual(
      family.map(({ id: one, againOf, againFrom, state }) => [one, againOf, againFrom, state]),
      [
        [id, null, null, 'failed'],
        [repeat, id, 'second', 'succeeded'],
      ],
    );
    assert.deepEqual(await readFamily(stack.database, id, 10), family);
  });

  test('from the start: with its input, also the protected one, and everything called again', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, calls, letWork } = await failing(stack, cleanup);
    letWork();
    const repeat = await again(stack, id);
    assert.equal((await stack.ended(repeat)).state, 'succeeded');
    assert.equal(calls.length, 4);
    assert.deepEqual(calls[2]?.input, { customer: 'Ann', note: 'hunter22' });
    const { rows } = await stack.owner.query<{ text: string }>(sql`
      select string_agg(coalesce(r.input::text, '') || coalesce(r.output::text, '') || e.input, '') as text
      from middle.step_run r join middle.execution e on e.id = r.execution_id`);
    assert.doesNotMatch(rows[0]?.text ?? '', /hunter22/);
    assert.match(rows[0]?.text ?? '', /\[protected\]/);
  });

  test('from a step of a repeat that was from a step, and its replay shows no difference', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, letWork } = await failing(stack, cleanup);
    const second = await again(stack, id, { from: 'second' });
    assert.equal((await stack.ended(second)).state, 'failed');
    letWork();
    const third = await again(stack, second, { from: 'second' });
    const ended = await stack.ended(third);
    assert.equal(ended.state, 'succeeded');
    const { batch }: { batch?: string } = Object(ended.output);
    assert.equal(batch, (await stored(stack, id))[0]?.output);
    const replays = new Replays(repeatDeps(stack));
    for (const one of [id, second, third]) {
      const { comparison } = await replays.replay(one, null, { unknown: 'stop', outputs: {} });
      assert.deepEqual(
        comparison.steps.filter(({ verdict }) => verdict !== 'same'),
        [],
      );
      assert.deepEqual([comparison.verdict, comparison.end.differences], ['same', []]);
    }
  });

  test('with the current version: one that differs before the step is refused, one that differs behind is taken', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, workflow, calls, letWork } = await failing(stack, cleanup);
    letWork();
    const [mark, first, second] = DEFINITION.steps;
    const steps = (...list: readonly (object | undefined)[]) => ({ ...DEFINITION, steps: list });
    const from = 'second';
    assert.deepEqual(await codeOf(again(stack, id, { from: 'nowhere' })), [
      'repeat_refused',
      'place_missing',
      'nowhere',
    ]);
    await publishAgain(stack, workflow, steps(mark, order('first', '"Bob"'), second));
    assert.deepEqual(await codeOf(again(stack, id, { from })), ['repeat_refused', 'prefix_differs', 'first']);
    await publishAgain(stack, workflow, steps(mark, first, set('more', '1')));
    assert.deepEqual(await codeOf(again(stack, id, { from })), ['repeat_refused', 'prefix_differs', from]);
    await publishAgain(stack, workflow, {
      ...DEFINITION,
      variables: DEFINITION.variables.map((one) => ({ ...one, initial: '"other"' })),
    });
    assert.deepEqual(await codeOf(again(stack, id, { from })), ['repeat_refused', 'prefix_differs', 'batch']);
    await publishAgain(stack, workflow, {
      ...DEFINITION,
      inputs: [{ key: 'name', title: 'Name', type: { kind: 'number' } }],
    });
    assert.deepEqual(await codeOf(again(stack, id)), ['repeat_refused', 'input_misfit', undefined]);

    const variables = [
      ...DEFINITION.variables,
      { key: 'w', title: 'W', type: { kind: 'number' }, initial: '7' },
    ];
    await publishAgain(stack, workflow, {
      ...steps(mark, { ...first, title: 'Another title' }, order('second', 'text(variables.w)')),
      variables,
    });
    const repeat = await again(stack, id, { from });
    const ended = await stack.ended(repeat);
    assert.deepEqual([ended.error, calls.length, calls[2]?.input], [null, 3, { customer: '7' }]);
    const [, member] = await readFamily(stack.database, id, 10);
    assert.deepEqual([member?.id, member?.version], [repeat, 6]);
  });

  test('what is under way, switched off, or deleted is refused', async () => {
    await using stack = await executionWorld();
    const workflow = await stack.workflow({ variables: DEFINITION.variables, steps: [set('a', '1')] });
    const open = await stack.start(workflow);
    assert.deepEqual(await codeOf(again(stack, open)), ['repeat_refused', 'under_way', undefined]);
    stack.executor();
    await stack.ended(open);
    await stack.owner.query(sql`update middle.workflow set enabled = false`);
    assert.deepEqual(await codeOf(again(stack, open)), ['repeat_refused', 'workflow_off', undefined]);
    await stack.owner.query(sql`update middle.workflow set enabled = true, version = null`);
    assert.deepEqual(await codeOf(again(stack, open)), ['repeat_refused', 'never_published', undefined]);
    assert.equal((await stack.ended(await again(stack, open, { version: 'recorded' }))).state, 'succeeded');
    await stack.owner.query(sql`update middle.workflow set deleted_at = now()`);
    assert.deepEqual(await codeOf(again(stack, open)), ['repeat_refused', 'workflow_deleted', undefined]);
  });

  test('from within a for each: the turns before are taken over', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { connectionId, functions } = await shop(stack, cleanup);
    const customers: unknown[] = [];
    let works = false;
    stack.executor({
      pollMilliseconds: 20,
      functions: functions((call) => {
        const { customer }: { customer?: string } = Object(call.input);
        customers.push(customer);
        return Promise.resolve(customer === 'c' && !works ? wrong('function_error') : ok({ id: customer }));
      }),
    });
    const definition = {
      connections: DEFINITION.connections,
      variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: '""' }],
      steps: [
        {
          kind: 'each',
          key: 'lines',
          title: 'Lines',
          items: '["a", "b", "c", "d"]',
          block: [order('send', 'item'), set('sum', 'variables.v + steps.send.output.id')],
        },
      ],
      output: [{ key: 'v', title: 'V', value: 'variables.v' }],
    };
    const workflow = await stack.workflow(definition, { bindings: { shop: connectionId } });
    const id = await stack.start(workflow);
    assert.equal((await stack.ended(id)).endedIn, 'send[2]');
    works = true;
    const ended = await stack.ended(await again(stack, id, { from: 'send[2]' }));
    assert.deepEqual(ended.output, { v: 'abcd' });
    assert.deepEqual(customers, ['a', 'b', 'c', 'c', 'd']);
  });
});
