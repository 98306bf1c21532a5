import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { FunctionCall } from '@middle/cloud/ports/functions.ts';
import type { ReplayOptions } from '@middle/core/workflow/replay.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { Replays } from '@middle/store/executions/replay.ts';
import type { ReplayedExecution } from '@middle/store/executions/replay.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { repeatDeps } from '../testing/repeats.ts';
import { storeRecords } from '../testing/seed.ts';
import { ok, shop } from '../testing/shop.ts';
import { createExpressions } from './expressions.ts';

const order = (key: string, customer: string, more: object = {}) => ({
  kind: 'action',
  key,
  title: key,
  connection: 'shop',
  action: 'create-order',
  input: { customer },
  ...more,
});
const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'v', value });
const decision = (criteria: string, whenTrue: readonly object[], whenFalse: readonly object[] = []) => ({
  kind: 'decision',
  key: 'large',
  title: 'Large?',
  criteria,
  whenTrue,
  whenFalse,
});

const BASE = {
  inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
  variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' }],
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  output: [
    { key: 'v', title: 'V', value: 'variables.v' },
    // Random values and moments of the output are those of then too.
    { key: 'at', title: 'At', value: 'text(now()) + uuid()' },
  ],
};
const STEPS = [
  decision('inputs.n > 5', [order('big', '"Ann"')], [set('small', '"small"')]),
  set('last', 'random()'),
];

const STOP: ReplayOptions = { unknown: 'stop', outputs: {} };

async function replayed(
  stack: ExecutionWorld,
  id: string,
  definition: object,
  options: ReplayOptions = STOP,
): Promise<ReplayedExecution> {
  const against = { definition: workflowDefinitionSchema.parse({ ...BASE, ...definition }), version: null };
  return new Replays(repeatDeps(stack)).replay(id, against, options);
}

function told({ comparison }: ReplayedExecution) {
  const { verdict, steps, end } = comparison;
  return [
    verdict,
    steps.map((step) => [step.place, step.verdict, step.assumed]),
    end.replayed?.state ?? null,
  ];
}

async function ran(stack: ExecutionWorld, cleanup: AsyncDisposableStack) {
  const { connectionId, functions } = await shop(stack, cleanup);
  const calls: FunctionCall[] = [];
  stack.executor({
    pollMilliseconds: 20,
    functions: functions((call) => {
      calls.push(call);
      return Promise.resolve(ok({ id: 'o1' }));
    }),
  });
  const bindings = { shop: connectionId };
  const workflow = await stack.workflow({ ...BASE, steps: STEPS }, { bindings });
  const id = await stack.start(workflow, { n: 7 });
  assert.equal((await stack.ended(id)).state, 'succeeded');
  return { id, calls, workflow, connectionId };
}

describe('a replay with a changed workflow', { timeout: 120_000 }, () => {
  test('says what differs, with both values, and calls nothing', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, calls } = await ran(stack, cleanup);

    // Titles, retries and what an execution doesn't come to change nothing; random values are those of then.
    const harmless = [
      decision('inputs.n >= 6', [order('big', '"Ann"', { title: 'Other', retry: { attempts: 9 } })]),
      set('last', 'random()'),
    ];
    assert.deepEqual(told(await replayed(stack, id, { steps: harmless })), [
      'same',
      [
        ['large', 'same', null],
        ['big', 'same', null],
        ['last', 'same', null],
      ],
      'succeeded',
    ]);

    const other = await replayed(stack, id, {
      steps: [
        decision('inputs.n > 50', [order('big', '"Ann"')], [set('small', '"small"')]),
        set('last', '1'),
      ],
    });
    assert.deepEqual(told(other), [
      'different',
      [
        ['large', 'different', null],
        ['small', 'only_replayed', null],
        ['big', 'only_recorded', null],
        ['last', 'different', null],
      ],
      'succeeded',
    ]);
    const [large, small] = other.comparison.steps;
    assert.deepEqual(large?.differences, [
      { path: 'branch', recorded: 'whenTrue', replayed: 'whenFalse' },
      { path: 'output', recorded: true, replayed: false },
    ]);
    assert.equal(small?.replayed?.output, 'small');
    assert.deepEqual(
      other.comparison.end.differences.map(({ path, replayed: now }) => [path, now]),
      [['output.v', 1]],
    );
    assert.equal(calls.length, 1);
  });

  test('what nobody can know: it says so, and goes on by the policy', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { id, calls } = await ran(stack, cleanup);
    const steps = [
      decision('inputs.n > 5', [order('big', '"Bob"'), order('more', 'steps.big.output.id')]),
      set('last', 'random()'),
    ];
    const stop = await replayed(stack, id, { steps });
    assert.deepEqual(told(stop), [
      'unknown',
      [
        ['large', 'same', null],
        ['big', 'unknown', null],
        ['last', 'unknown', null],
      ],
      null,
    ]);
    assert.deepEqual(stop.comparison.steps[1]?.replayed?.input, { customer: 'Bob' });

    const recorded = await replayed(stack, id, { steps }, { ...STOP, unknown: 'recorded' });
    assert.deepEqual(told(recorded), [
      'unknown',
      [
        ['large', 'same', null],
        ['big', 'unknown', 'recorded'],
        ['more', 'unknown', null],
        ['last', 'unknown', null],
      ],
      null,
    ]);
    assert.deepEqual(recorded.comparison.steps[1]?.differences, [
      { path: 'input.customer', recorded: 'Ann', replayed: 'Bob' },
    ]);
    assert.deepEqual(recorded.comparison.steps[2]?.replayed?.input, { customer: 'o1' });

    const example = await replayed(stack, id, { steps }, { ...STOP, unknown: 'example' });
    assert.deepEqual(
      example.comparison.steps.map(({ place, verdict, assumed, replayed: view }) => [
        place,
        verdict,
        assumed,
        view?.output,
      ]),
      [
        ['large', 'same', null, undefined],
        ['big', 'unknown', 'recorded', { id: 'o1' }],
        ['more', 'unknown', 'example', { id: 'text' }],
        ['last', 'same', null, undefined],
      ],
    );
    const given = await replayed(
      stack,
      id,
      { steps },
      { ...STOP, outputs: { more: { id: 'g' } }, unknown: 'recorded' },
    );
    assert.deepEqual(given.comparison.steps[2]?.replayed?.output, { id: 'g' });
    // An input that the form of the action refuses is known to fail.
    const misfit = await replayed(stack, id, { steps: [decision('true', [order('big', 'inputs.n')])] });
    assert.equal(misfit.comparison.end.replayed?.error?.code, 'request_invalid');
    assert.equal(misfit.comparison.verdict, 'different');
    assert.equal(calls.length, 1);
  });

  test('related records are those of then, also those that no longer name the record', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { connectionId } = await shop(stack, cleanup);
    const { rows } = await stack.owner.query<{ id: number }>(
      sql`update middle.record_set set definition = ${JSON.stringify(THING)} returning id`,
    );
    const things = rows[0]?.id ?? 0;
    await storeRecords(stack.owner, things, [
      { id: 'a', data: { id: 'a', n: 1, parent: 'b' } },
      { id: 'b', data: { id: 'b', n: 2, parent: null } },
    ]);
    const hits = [{ id: 'a' }];
    const search = { query: () => Promise.resolve({ hits, next: null, total: { count: 1, exact: true } }) };
    stack.executor({ expressions: createExpressions({ database: stack.database, search }) });
    const source = { connection: 'shop', recordType: 'thing' };
    const definition = {
      ...BASE,
      inputs: [{ key: 'thing', title: 'Thing', type: { kind: 'record', ...source } }],
      steps: [
        set('parent', 'related(inputs.thing, "parent").n'),
        set('children', 'sum(map(related(related(inputs.thing, "parent"), "thing"), x, x.n))'),
      ],
    };
    const workflow = await stack.workflow(definition, { bindings: { shop: connectionId } });
    const id = await stack.start(workflow, { thing: { id: 'a', n: 1, parent: 'b' } });
    assert.deepEqual((await stack.ended(id)).error, null);
    assert.deepEqual(
      (await stack.steps(id)).map(({ output }) => output),
      [2, 1],
    );

    // Both change afterwards: the child names nobody any more, and is deleted.
    await stack.owner.query(sql`
      with old as (select * from middle.record where record_set_id = ${things}),
      kept as (
        insert into middle.record_version (record_set_id, id, version, data, invocation_id, deleted_at, valid_from, replaced_at)
        select record_set_id, id, version, data, invocation_id, deleted_at, updated_at, now() from old)
      update middle.record set version = version + 1, updated_at = now(), data = data || '{"n": 100, "parent": null}',
        deleted_at = case when id = 'a' then now() end
      where record_set_id = ${things}`);
    hits.length = 0;
    const replays = new Replays(repeatDeps(stack));
    const { comparison, notes } = await replays.replay(id, null, STOP);
    assert.deepEqual([comparison.verdict, notes], ['same', []]);
    // Without that history it says what it took instead.
    await stack.owner.query(sql`delete from middle.record_version`);
    const poor = await replays.replay(id, null, STOP);
    assert.equal(poor.comparison.verdict, 'different');
    assert.match(poor.notes.join('\n'), /state of the record b .* has expired/);
  });
});

const THING = {
  key: 'thing',
  title: 'Thing',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'n', type: 'number', title: 'N' },
    { key: 'parent', type: 'foreign_key', title: 'Parent', references: 'thing' },
  ],
};
