import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { ok, shop } from '../testing/shop.ts';
import { Places } from './places.ts';

const PLACES = 16;
const FLOOD = 1_000;
const set = { kind: 'set', key: 'a', title: 'A', variable: 'v', value: '1' };
const SHORT = { variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' }], steps: [set] };

async function flood(stack: ExecutionWorld, workflowId: string, count = FLOOD): Promise<void> {
  await startExecutions(
    stack.database,
    Array.from({ length: count }, () => ({
      id: uuidv7(new Date()),
      workflowId,
      version: 1,
      cause: 'person',
      input: {},
    })),
  );
  await announceExecutions(stack.database);
}

/** Resolves once so many of the workflow's executions are in the hands of a worker. */
async function running(stack: ExecutionWorld, workflowId: string, count: number): Promise<void> {
  for (;;) {
    const { rowCount } = await stack.owner.query(
      sql`select from middle.execution_open where workflow_id = ${workflowId} and state = 'running'`,
    );
    if ((rowCount ?? 0) >= count) return;
    await sleep(5);
  }
}

/** How many executions of the flood began while this one waited for its turn. */
async function overtaken(stack: ExecutionWorld, flooding: string, id: string): Promise<number> {
  await stack.ended(id);
  const { rows } = await stack.owner.query<{ before: number }>(sql`
    with one as (select queued_at, started_at from middle.execution where id = ${id}),
    begun as (
      select started_at from middle.execution where workflow_id = ${flooding}
      union all select started_at from middle.execution_open where workflow_id = ${flooding}
    )
    select count(*)::integer as before from begun b, one where b.started_at > one.queued_at and b.started_at < one.started_at`);
  return rows[0]?.before ?? Infinity;
}

describe('fairness', { timeout: 60_000 }, () => {
  test('a flood of quick executions lets at most as many begin before another’s single one as there are places', async () => {
    await using stack = await executionWorld();
    const flooding = await stack.workflow(SHORT);
    const other = await stack.workflow(SHORT);
    const elsewhere = await stack.workflow(SHORT, { account: await stack.account('other') });
    stack.executor({ places: PLACES });
    await flood(stack, flooding);
    await running(stack, flooding, 1);
    for (const single of [other, elsewhere, other, elsewhere]) {
      const before = await overtaken(stack, flooding, await stack.start(single));
      assert.ok(before <= PLACES, `${before} began before it`);
    }
    const { rows } = await stack.owner.query<{ open: number }>(
      sql`select count(*)::integer as open from middle.execution_open`,
    );
    assert.ok((rows[0]?.open ?? 0) > 0, 'the flood went on all the while');
  });

  test('a flood whose actions hang keeps neither another account nor another workflow of its own waiting', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    const hanging = await publish();
    const other = await stack.workflow(SHORT);
    const elsewhere = await stack.workflow(SHORT, { account: await stack.account('other') });
    const executor = stack.executor({
      places: PLACES,
      functions: functions(async (_call, signal) => {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        return ok({ id: 'x' });
      }),
    });
    await flood(stack, hanging, 100);
    // Three quarters of the three quarters that an account may have.
    await running(stack, hanging, 9);
    for (const single of [elsewhere, other])
      assert.equal(await overtaken(stack, hanging, await stack.start(single)), 0);
    const { rows } = await stack.owner.query(sql`
      select count(*) filter (where state = 'running')::integer as running from middle.execution_open`);
    assert.deepEqual(rows, [{ running: 9 }]);
    await executor.stop();
  });

  test('a connection has no more functions at a time than it may have, whatever waits', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { connectionId, functions, publish } = await shop(stack, cleanup);
    await stack.owner.query(
      sql`update middle.connection set functions_at_once = 2 where id = ${connectionId}`,
    );
    let now = 0;
    let most = 0;
    stack.executor({
      functionPlaces: 8,
      functions: functions(async () => {
        now += 1;
        most = Math.max(most, now);
        await sleep(5);
        now -= 1;
        return ok({ id: 'x' });
      }),
    });
    const workflow = await publish();
    await flood(stack, workflow, 20);
    for (;;) {
      const { rowCount } = await stack.owner.query(sql`select from middle.execution_open`);
      if (rowCount === 0) break;
      await sleep(5);
    }
    assert.equal(most, 2);
  });

  test('a higher priority goes first within a workflow', async () => {
    await using stack = await executionWorld();
    const workflow = await stack.workflow(SHORT, { atOnce: 1 });
    const ids = Array.from({ length: 20 }, () => uuidv7(new Date()));
    await startExecutions(
      stack.database,
      ids.map((id, at) => ({
        id,
        workflowId: workflow,
        version: 1,
        cause: 'person',
        input: {},
        priority: at % 4,
      })),
    );
    stack.executor();
    for (const id of ids) await stack.ended(id);
    const { rows } = await stack.owner.query<{ id: string }>(
      sql`select id from middle.execution order by started_at`,
    );
    const priorities = rows.map(({ id }) => ids.indexOf(id) % 4);
    assert.deepEqual(
      priorities,
      [...priorities].sort((a, b) => b - a),
    );
  });
});

describe('places', () => {
  const at = (account: string, connection: string, most: number | null = null) => ({
    account,
    connection,
    most,
  });
  const { signal } = new AbortController();

  test('a free one goes to the account, then the connection, that has the fewest; the last one to another account', async () => {
    const places = new Places(4);
    const order: string[] = [];
    const enter = (account: string, connection: string): void => {
      void places.enter(at(account, connection), signal).then(() => order.push(`${account}${connection}`));
    };
    const first = await places.enter(at('a', '1'), signal);
    const second = await places.enter(at('a', '1'), signal);
    await places.enter(at('a', '2'), signal);
    enter('a', '2');
    enter('a', '3');
    await sleep(0);
    assert.deepEqual([order, places.free], [[], 1]);
    enter('b', '9');
    await sleep(0);
    assert.deepEqual(order, ['b9']);
    first?.();
    await sleep(0);
    assert.deepEqual(order, ['b9'], 'the last one is kept');
    second?.();
    await sleep(0);
    assert.deepEqual(order, ['b9', 'a3']);
  });

  test('who gives up while waiting leaves no trace', async () => {
    const places = new Places(1);
    const leave = await places.enter(at('a', '1'), signal);
    const impatient = new AbortController();
    const waiting = places.enter(at('a', '1'), impatient.signal);
    impatient.abort();
    assert.equal(await waiting, null);
    leave?.();
    leave?.();
    assert.equal(places.free, 1);
  });
});
